/** @file How far playing comes. */

import { expect, it } from 'vitest';
import { playedTo } from './playback';

it('takes six seconds for a whole walk, whatever its steps, and speed divides them', () => {
  expect(playedTo(0, 3, 50, 1, 51)).toBe(25);
  expect(playedTo(0, 3, 1000, 1, 1001)).toBe(500);
  expect(playedTo(10, 1.5, 40, 4, 41)).toBe(40);
  expect(playedTo(10, 6, 40, 0.25, 41)).toBe(20);
});

it('waits for a walk that is still under way, at its newest moment', () => {
  expect(playedTo(0, 6, 50, 1, 12)).toBe(11);
  expect(playedTo(11, 1, 50, 1, 12)).toBe(11);
});
