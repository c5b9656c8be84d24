/** @file Finding in the palette. */

import { expect, test } from 'vitest';
import { found } from './find';

const entries = [
  { title: 'Importer…' },
  { title: 'Réglages' },
  { title: 'digits-vae', also: 'vae digits' },
  { title: 'starter-vae-digits', also: 'vae digits' },
  { title: 'Thème clair' },
];
const titles = (query: string, most = 10): string[] => found(entries, query, most).map(({ title }) => title);

test('case and accents do not matter, on either side', () => {
  expect(titles('reglages')).toEqual(['Réglages']);
  expect(titles('THÈME')).toEqual(['Thème clair']);
});

test('every word must be there, in any order', () => {
  expect(titles('vae digits')).toEqual(['digits-vae', 'starter-vae-digits']);
  expect(titles('clair thème')).toEqual(['Thème clair']);
  expect(titles('clair vae')).toEqual([]);
});

test('a title that starts with the word comes first, then a word that does', () => {
  expect(found([{ title: 'unstarted' }, { title: 're-start' }, { title: 'Start' }], 'start', 9).map(({ title }) => title)).toEqual(['Start', 're-start', 'unstarted']);
});

test('no query shows the first; never more than asked; signs of patterns are signs', () => {
  expect(titles('', 2)).toEqual(['Importer…', 'Réglages']);
  expect(titles('i', 1)).toHaveLength(1);
  expect(titles('(.*')).toEqual([]);
});
