/** @file The window's words: facts of errors to their last digit. */

import { expect, test, vi } from 'vitest';

vi.mock('./settings', () => ({ useSettings: () => 'en' }));
const { wordsOf } = await import('./words');

test('what was expected and what was found differ in words when they differ by one', () => {
  const error = { code: 'view-damaged', params: { name: 'digits', path: 'x', expected: 47_040_000, got: 47_040_001 } } as const;
  const { expected, got } = wordsOf('window', 'en').error({ ...error, params: { ...error.params } });
  expect(expected).toContain('47,040,000');
  expect(got).toContain('47,040,001');
});
