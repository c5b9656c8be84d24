/** @file The order of names: '2' before '10', the same on every machine. */

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'variant' });

/** Compares two names; equal only when they are the same string. */
export function naturalOrder(a: string, b: string): number {
  return collator.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0);
}
