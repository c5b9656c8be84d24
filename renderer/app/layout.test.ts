/** @file What the home keeps of the window: understood, changed, left aside when it is of another form. */

import { expect, test } from 'vitest';
import { dockOf, layoutOf, withDock, withoutWorkspace, withWorkspace } from './layout';

const nothing = { format: 1, windows: [], named: [] };

test('what is not a layout of this form counts as none', () => {
  for (const stored of [null, {}, { format: 2, dock: {} }, { format: 1, named: 'a' }]) expect(layoutOf(stored)).toEqual(nothing);
  expect(layoutOf({ format: 1, dock: { grid: 1 } })).toEqual({ format: 1, dock: { grid: 1 }, windows: [], named: [] });
});

test('a layout goes through JSON unchanged', () => {
  const layout = withWorkspace(withDock(layoutOf(null), 'w', { grid: [1] }), 'compare', { grid: [2] });
  expect(layoutOf(JSON.parse(JSON.stringify(layout)))).toEqual(layout);
});

test('a new workspace comes last, a known one keeps its place, a deleted one is gone', () => {
  const two = withWorkspace(withWorkspace(layoutOf(null), 'a', 1), 'b', 2);
  expect(withWorkspace(two, 'a', 3).named).toEqual([
    { name: 'a', dock: 3 },
    { name: 'b', dock: 2 },
  ]);
  expect(withoutWorkspace(two, 'a').named).toEqual([{ name: 'b', dock: 2 }]);
  expect(withDock(two, 'w', 9)).toMatchObject({ dock: 9, named: two.named });
});

test('each window has its own; a new one begins with the last; the one that rested longest is forgotten', () => {
  let layout = layoutOf({ format: 1, dock: 'of an older program' });
  expect(dockOf(layout, 'a')).toBe('of an older program');
  layout = withDock(withDock(layout, 'a', 1), 'b', 2);
  expect([dockOf(layout, 'a'), dockOf(layout, 'b'), dockOf(layout, 'new')]).toEqual([1, 2, 2]);
  layout = withDock(layout, 'a', 3);
  expect([dockOf(layout, 'a'), dockOf(layout, 'b'), dockOf(layout, 'new')]).toEqual([3, 2, 3]);
  for (let i = 0; i < 7; i++) layout = withDock(layout, `w${i}`, 10 + i);
  expect(layout.windows).toHaveLength(8);
  expect([dockOf(layout, 'a'), dockOf(layout, 'b')]).toEqual([3, 16]);
});
