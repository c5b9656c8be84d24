/** @file What a picture or report says in a language: words come from the caller, numbers are written here. */

export interface Wording {
  /** BCP 47. */
  language: string;
  /** The words of a key in resources/locales/<language>/exports.json. */
  say(key: string, params?: Record<string, string | number>): string;
}

/** A number as the language writes it, with a true minus. */
export function formatted(language: string, value: number, options: Intl.NumberFormatOptions = {}): string {
  return new Intl.NumberFormat(language, options).format(value).replace('-', '\u2212');
}

/** At most 4 significant digits, whole numbers in full; powers of ten for what is very small or large. */
export function number({ language }: Wording, value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '∞' : '−∞';
  if (Number.isInteger(value) && Math.abs(value) < 1e12) return formatted(language, value);
  const size = Math.abs(value);
  if (size < 1e-3 || size >= 1e12) return scientific(language, value, 3);
  return formatted(language, value, { maximumSignificantDigits: Math.max(4, Math.ceil(Math.log10(size))) });
}

/** 1.2 × 10⁻⁴ */
export function scientific(language: string, value: number, fractionDigits: number): string {
  const [mantissa, exponent] = value.toExponential(fractionDigits).split('e');
  const power = Array.from(String(Number(exponent)), (digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)] ?? '⁻').join('');
  const head = formatted(language, Number(mantissa), { maximumFractionDigits: fractionDigits });
  return head === '1' ? `10${power}` : `${head} × 10${power}`;
}

/** A share of 1 in per cent, one digit after the point. */
export function percent({ language }: Wording, share: number): string {
  return formatted(language, share, { style: 'percent', maximumFractionDigits: 1 });
}

/** 2 h 5 min, 3 min 20 s, 4.2 s: the symbols are the same in both languages. */
export function duration({ language }: Wording, seconds: number): string {
  if (seconds < 9.95) return `${formatted(language, seconds, { maximumFractionDigits: 1 })} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${formatted(language, Math.floor(whole / 3600))} h ${Math.floor((whole % 3600) / 60)} min`;
}
