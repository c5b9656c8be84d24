/** @file Tables as CSV (RFC 4180), readable by spreadsheets in any language. */

export type Cell = string | number | bigint | boolean | null;

/**
 * Lines end in CRLF, as the RFC says; numbers have a point and as many digits as it takes to read them back exactly; null is empty.
 * @throws RangeError where a row has another length than the header
 */
export function encodeCsv(header: readonly string[], rows: Iterable<readonly Cell[]>): string {
  const lines = [header.map(field).join(',')];
  for (const row of rows) {
    if (row.length !== header.length) throw new RangeError(`a row of ${row.length} cells under ${header.length} columns`);
    lines.push(row.map(field).join(','));
  }
  return `${lines.join('\r\n')}\r\n`;
}

function field(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell !== 'string') return String(cell);
  // Spreadsheets run text that starts so as a formula: a label must not (a leading quote is what they show as text).
  const safe = /^[=+\-@\t\r]/.test(cell) && !Number.isFinite(Number(cell)) ? `'${cell}` : cell;
  return /[",\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
