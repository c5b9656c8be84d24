/** @file The lines of metrics in a journal, read fast: a run of a million steps has 190 MB of them. */

import { decodeRecord } from './journal';

/** `{"crc":"1a2b3c4d",` and what follows in a line of metrics: `"step":12,"m":{"loss":0.5,"kl":2}}`. */
const lineStart = Buffer.from('{"crc":"');
const bodyStart = 18;
const stepStart = Buffer.from('"step":');
const metricsStart = Buffer.from(',"m":{');
const quote = 34;
const comma = 44;
const minus = 45;
const point = 46;
const exponentLetter = 101;
const closing = 125;

/** Told of a step's line: `values[i]` belongs to `names[i]`; both are reused. */
export type MetricsVisitor = (step: number, names: readonly string[], values: Float64Array, count: number) => void;

const powers = Float64Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));

/**
 * A reader of journal lines that knows the shape the writer gives them; what has another shape goes through `decodeRecord`, so that both always agree
 * on what is whole. Values are right to 15 digits: a float32 comes back as it was.
 */
export function metricsReader(visit: MetricsVisitor): (bytes: Buffer, start: number, end: number) => boolean {
  /** Names of the last line, as they stand in it, `,"loss":`, and as words: the next line has them as a rule. */
  let keys: Buffer[] = [];
  let names: string[] = [];
  let values = new Float64Array(16);

  /** Whether the body at [from, to), of a line whose sum is right, was one of metrics in the writer's shape with the last line's names. */
  const quick = (bytes: Buffer, from: number, to: number): boolean => {
    if (!sameAt(bytes, from, stepStart)) return false;
    let at = from + stepStart.length;
    let step = 0;
    for (let digit = bytes[at] - 48; digit >= 0 && digit <= 9; digit = bytes[++at] - 48) step = step * 10 + digit;
    if (!sameAt(bytes, at, metricsStart)) return false;
    // The first name has no comma before it: the brace stands there.
    at += metricsStart.length - 1;
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i];
      for (let k = 1; k < key.length; k++) if (bytes[at + k] !== key[k]) return false;
      if (i > 0 && bytes[at] !== comma) return false;
      at += key.length;
      const first = at;
      const negative = bytes[at] === minus;
      if (negative) at++;
      // A number in words, '"NaN"' say, goes the slow way.
      if (bytes[at] === quote) return false;
      // Nine digits, then six more, as whole numbers of 32 bits; what follows them is passed over.
      let high = 0;
      let low = 0;
      let digits = 0;
      let scale = 0;
      let inFraction = 0;
      for (let byte = bytes[at]; ; byte = bytes[++at]) {
        const digit = byte - 48;
        if (digit >= 0 && digit <= 9) {
          if (digits < 9) {
            high = (high * 10 + digit) | 0;
            if (high > 0) digits++;
            scale -= inFraction;
          } else if (digits < 15) {
            low = (low * 10 + digit) | 0;
            digits++;
            scale -= inFraction;
          } else if (inFraction === 0) scale++;
        } else if (byte === point) inFraction = 1;
        else break;
      }
      let value: number;
      if (bytes[at] === exponentLetter) {
        while (at < to && bytes[at] !== comma && bytes[at] !== closing) at++;
        value = Number(bytes.toString('latin1', first, at));
      } else {
        const mantissa = digits > 9 ? high * powers[digits - 9] + low : high;
        value = scale === 0 ? mantissa : scale < -22 || scale > 22 ? Number(bytes.toString('latin1', first, at)) : scale < 0 ? mantissa / powers[-scale] : mantissa * powers[scale];
        if (negative && value > 0) value = -value;
      }
      values[i] = value;
    }
    if (at + 2 !== to || bytes[at] !== closing || bytes[at + 1] !== closing) return false;
    visit(step, names, values, keys.length);
    return true;
  };

  /** -> whether the line at [start, end), without its end, is a whole record, of metrics or not */
  return (bytes, start, end) => {
    const from = start + bodyStart;
    if (keys.length > 0 && end > from && sameAt(bytes, start, lineStart) && bytes[from - 2] === quote && bytes[from - 1] === comma && writtenSum(bytes, start + lineStart.length) === crcOf(bytes, from, end)) {
      if (quick(bytes, from, end)) return true;
    }
    const record = decodeRecord(bytes.subarray(start, end));
    if (!record) return false;
    if (!('m' in record)) return true;
    names = Object.keys(record.m);
    keys = names.map((name) => Buffer.from(`,${JSON.stringify(name)}:`));
    if (values.length < names.length) values = new Float64Array(2 * names.length);
    names.forEach((name, i) => (values[i] = record.m[name]));
    visit(record.step, names, values, names.length);
    return true;
  };
}

function sameAt(bytes: Buffer, start: number, wanted: Buffer): boolean {
  for (let i = 0; i < wanted.length; i++) if (bytes[start + i] !== wanted[i]) return false;
  return true;
}

/** Eight hexadecimal digits, as an int32; NaN where there are none. */
function writtenSum(bytes: Buffer, start: number): number {
  let sum = 0;
  for (let i = start; i < start + 8; i++) {
    const code = bytes[i];
    const digit = code >= 48 && code <= 57 ? code - 48 : code >= 97 && code <= 102 ? code - 87 : -1;
    if (digit < 0) return Number.NaN;
    sum = (sum << 4) | digit;
  }
  return sum;
}

/** CRC-32, eight bytes at a time (Kounavis & Berry 2005): for lines this short a call of zlib costs more than the sum. */
function crcOf(bytes: Buffer, from: number, to: number): number {
  let crc = -1;
  let at = from;
  for (; at + 8 <= to; at += 8) {
    const word = crc ^ (bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24));
    crc =
      tables[1792 + (word & 255)] ^ tables[1536 + ((word >>> 8) & 255)] ^ tables[1280 + ((word >>> 16) & 255)] ^ tables[1024 + (word >>> 24)] ^
      tables[768 + bytes[at + 4]] ^ tables[512 + bytes[at + 5]] ^ tables[256 + bytes[at + 6]] ^ tables[bytes[at + 7]];
  }
  for (; at < to; at++) crc = tables[(crc ^ bytes[at]) & 255] ^ (crc >>> 8);
  return ~crc;
}

const tables = crcTables();

/** Sums of a byte with k zero bytes behind it, k from 0 to 7. */
function crcTables(): Int32Array {
  const table = new Int32Array(8 * 256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
    table[byte] = crc;
  }
  for (let i = 256; i < table.length; i++) table[i] = (table[i - 256] >>> 8) ^ table[table[i - 256] & 255];
  return table;
}
