/** @file How fast work goes. */

import { expect, test } from 'vitest';
import { paceOf } from './pace';

test('the mean rate over what was seen, and the time to the end at that rate', () => {
  expect(paceOf([{ atMs: 0, done: 100 }, { atMs: 1000, done: 180 }, { atMs: 2000, done: 300 }], 700)).toEqual({ perSecond: 100, secondsLeft: 4 });
});

test('nothing is told of one sighting, of too short a time, or of work that stands still', () => {
  expect(paceOf([], 10)).toEqual({});
  expect(paceOf([{ atMs: 0, done: 1 }], 10)).toEqual({});
  expect(paceOf([{ atMs: 0, done: 1 }, { atMs: 100, done: 2 }], 10)).toEqual({});
  expect(paceOf([{ atMs: 0, done: 5 }, { atMs: 900, done: 5 }], 10)).toEqual({});
});

test('without a total there is a rate and no end', () => {
  expect(paceOf([{ atMs: 0, done: 0 }, { atMs: 500, done: 50 }], 0)).toEqual({ perSecond: 100 });
});
