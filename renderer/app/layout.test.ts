/** @file What the home keeps of the window: understood, changed, left aside when it is of another form. */

import { expect, test } from 'vitest';
import { layoutOf, withDock, withoutWorkspace, withWorkspace } from './layout';

const nothing = { format: 1, named: [] };

test('what is not a layout of this form counts as none', () => {
  for (const stored of [null, {}, { format: 2, dock: {} }, { format: 1, named: 'a' }]) expect(layoutOf(stored)).toEqual(nothing);
  expect(layoutOf({ format: 1, dock: { grid: 1 } })).toEqual({ format: 1, dock: { grid: 1 }, named: [] });
});

test('a layout goes through JSON unchanged', () => {
  const layout = withWorkspace(withDock(layoutOf(null), { grid: [1] }), 'compare', { grid: [2] });
  expect(layoutOf(JSON.parse(JSON.stringify(layout)))).toEqual(layout);
});

test('a new workspace comes last, a known one keeps its place, a deleted one is gone', () => {
  const two = withWorkspace(withWorkspace(layoutOf(null), 'a', 1), 'b', 2);
  expect(withWorkspace(two, 'a', 3).named).toEqual([
    { name: 'a', dock: 3 },
    { name: 'b', dock: 2 },
  ]);
  expect(withoutWorkspace(two, 'a').named).toEqual([{ name: 'b', dock: 2 }]);
  expect(withDock(two, 9)).toMatchObject({ dock: 9, named: two.named });
});
