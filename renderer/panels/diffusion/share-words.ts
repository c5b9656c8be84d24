/** @file Shares of variance in words. */

import type { Words } from '../../state/words';

const raised = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];

/** A share of variance: with few digits, and as a power of ten where it is tiny. */
export function shareWords(t: Pick<Words, 'number'>, value: number, digits = 3): string {
  if (value === 0 || value >= 1e-3) return t.number(value, { maximumSignificantDigits: digits });
  let exponent = Math.floor(Math.log10(value));
  // What rounds up to ten is one of the next power.
  if (Number((value / 10 ** exponent).toPrecision(digits)) === 10) exponent += 1;
  return `${t.number(value / 10 ** exponent, { maximumSignificantDigits: digits })}·10⁻${String(-exponent).replace(/\d/g, (digit) => raised[Number(digit)])}`;
}
