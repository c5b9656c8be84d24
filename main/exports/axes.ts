/** @file Ticks at round numbers, on linear and logarithmic axes. */

import { formatted, number, scientific, type Wording } from './wording';

export interface Tick {
  value: number;
  text: string;
}

/** About `wanted` multiples of 1, 2 or 5 times a power of ten inside [from, to]. */
export function linearTicks(from: number, to: number, wanted: number, wording: Wording): Tick[] {
  const span = to - from;
  if (!(span > 0) || !Number.isFinite(span)) return [{ value: from, text: number(wording, from) }];
  const rough = span / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((multiple) => multiple * power).find((candidate) => candidate >= rough * 0.999) ?? 10 * power;
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const largest = Math.max(Math.abs(from), Math.abs(to));
  const plain = largest < 1e6 && digits <= 4;
  const fraction = { minimumFractionDigits: Math.min(digits, 20), maximumFractionDigits: Math.min(digits, 20) };
  const ticks: Tick[] = [];
  for (let k = Math.ceil(from / step - 1e-9); k * step <= to + step * 1e-9; k++) {
    // -0 would be written with a sign.
    const value = k === 0 ? 0 : k * step;
    ticks.push({ value, text: plain ? formatted(wording.language, value, fraction) : compact(value, wording) });
  }
  return ticks;
}

/** Powers of ten inside [from, to], thinned to `wanted`; within one decade the multiples 1, 2 and 5, else linear ticks. Both ends above 0. */
export function logTicks(from: number, to: number, wanted: number, wording: Wording): Tick[] {
  const first = Math.ceil(Math.log10(from) - 1e-9);
  const last = Math.floor(Math.log10(to) + 1e-9);
  const multiples = last - first >= 1 ? [1] : [1, 2, 5];
  const values: number[] = [];
  const stride = Math.max(1, Math.ceil((last - first + 1) / wanted));
  for (let power = first - 1; power <= last; power++) {
    if (multiples.length === 1 && (power - first) % stride !== 0) continue;
    for (const multiple of multiples) {
      const value = Number(`${multiple}e${power}`);
      if (value >= from * (1 - 1e-9) && value <= to * (1 + 1e-9)) values.push(value);
    }
  }
  if (values.length < 2) return linearTicks(from, to, wanted, wording);
  return values.map((value) => ({ value, text: compact(value, wording) }));
}

function compact(value: number, wording: Wording): string {
  const size = Math.abs(value);
  if (size === 0 || (size >= 1e-3 && size < 1e5)) return number(wording, value);
  if (size >= 1e5 && size < 1e12 && size % 1000 === 0) return formatted(wording.language, value, { notation: 'compact' });
  return scientific(wording.language, value, 1);
}
