/** @file Tables for people: columns aligned, numbers to the right. */

/** `headers` over `rows`; columns named in `right` are aligned to the right. Cells keep to one line. */
export function table(headers: readonly string[], rows: readonly (readonly string[])[], right: readonly number[] = []): string {
  const cells = [headers, ...rows].map((row) => row.map(oneLine));
  const widths = headers.map((_, column) => Math.max(...cells.map((row) => cellWidth(row[column] ?? ''))));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => {
        const space = ' '.repeat(Math.max(0, (widths[column] ?? 0) - cellWidth(cell)));
        return right.includes(column) ? space + cell : cell + space;
      })
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '─'.repeat(Math.min(width, longestRule))).join('  ');
  return [line(cells[0] ?? []), rule, ...cells.slice(1).map(line)].join('\n');
}

/** Pairs under each other, names padded. */
export function facts(pairs: readonly (readonly [name: string, value: string])[]): string {
  const width = Math.max(...pairs.map(([name]) => cellWidth(name)));
  return pairs.map(([name, value]) => `${name}${' '.repeat(width - cellWidth(name))}  ${oneLine(value)}`).join('\n');
}

/** A rule under a long last column needs no more. */
const longestRule = 60;

const oneLine = (text: string) => text.replace(/\s*[\n\r\t]+\s*/g, ' ');

const segments = new Intl.Segmenter();

/** Columns that a text takes: wide East Asian characters and pictures take two, combining marks none. */
function cellWidth(text: string): number {
  let width = 0;
  for (const { segment } of segments.segment(text)) width += /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}|\p{Emoji_Presentation}|[\uFF01-\uFF60]/u.test(segment) ? 2 : 1;
  return width;
}
