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

test('an error tells in the window what to do in the window', () => {
  const words = wordsOf('window', 'fr');
  expect(words.error({ code: 'run-interrupted', params: { run: 'r', step: 7 } }).hint).toContain('un bouton reprend');
  expect(words.error({ code: 'limit-missing', params: { run: 'r', steps: 7, minutes: 1 } })).toMatchObject({ expected: 'Un nombre de pas ou de minutes', hint: 'Choisissez jusqu’où l’entraîner' });
  // Where both are told the same.
  expect(words.error({ code: 'folder-empty', params: { path: '/x' } }).hint).toBe('Choisissez le dossier qui contient les données');
});
