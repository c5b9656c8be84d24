/** @file Rows stand as one would look them up. */

import { expect, test } from 'vitest';
import { sorted, type Column } from './data-table';

const columns: Column<{ name: string; size: number }>[] = [
  { id: 'name', title: '', width: '', cell: () => '', sort: ({ name }) => name },
  { id: 'size', title: '', width: '', cell: () => '', sort: ({ size }) => size },
  { id: 'look', title: '', width: '', cell: () => '' },
];
const rows = (...names: string[]) => names.map((name, place) => ({ name, size: (place * 7) % 5 }));
const names = (of: readonly { name: string }[]) => of.map(({ name }) => name);

test('numbers in names by value, case aside, in plain and in accented names alike', () => {
  const plain = ['run-10', 'Run-2', 'a', 'run-1', 'B'];
  expect(names(sorted(rows(...plain), columns, { column: 'name', descending: false }, 'en'))).toEqual(['a', 'B', 'run-1', 'Run-2', 'run-10']);
  expect(names(sorted(rows('été 10', 'ete 2', 'zoo', 'Éclair'), columns, { column: 'name', descending: true }, 'fr'))).toEqual(['zoo', 'été 10', 'ete 2', 'Éclair']);
});

test('numbers by value; equal rows keep their order both ways; a column without order leaves all as it is', () => {
  const all = rows('a', 'b', 'c', 'd', 'e', 'f');
  expect(sorted(all, columns, { column: 'size', descending: false }, 'en').map(({ size }) => size)).toEqual([0, 0, 1, 2, 3, 4]);
  expect(names(sorted(all, columns, { column: 'size', descending: true }, 'en')).slice(-2)).toEqual(['a', 'f']);
  expect(names(sorted(all, columns, { column: 'look', descending: true }, 'en'))).toEqual(names(all));
});
