/** @file Time, speed, what is left, and when to save: against numbers worked out by hand. */

import { expect, test } from 'vitest';
import { checkpointDue, nextPreview, nextSnapshot, snapshotDue } from './cadence';
import { fractionDone, outlook, recentMeans, speedometer, stopwatch } from './meter';

test('a pause is not training', () => {
  let nowMs = 1_000;
  const time = stopwatch({ monotonicMs: () => nowMs }, 40);
  nowMs += 2_500;
  expect(time.seconds()).toBe(42.5);
  time.pause();
  nowMs += 60_000;
  expect(time.seconds()).toBe(42.5);
  time.pause();
  time.go();
  time.go();
  nowMs += 500;
  expect(time.seconds()).toBe(43);
});

test('the speed of equal steps is exact, and a change is followed within seconds', () => {
  const speed = speedometer();
  expect(speed.perSecond()).toBe(0);
  for (let k = 0; k < 100; k++) speed.step(0.25);
  expect(speed.perSecond()).toBeCloseTo(4, 12);
  for (let k = 0; k < 150; k++) speed.step(0.1);
  expect(speed.perSecond()).toBeGreaterThan(8.5);
  expect(speed.perSecond()).toBeLessThan(10);
});

test('limits are totals, whichever comes first', () => {
  expect(fractionDone({}, 1_000, 1_000)).toBe(0);
  expect(fractionDone({ steps: 200 }, 50, 1e9)).toBe(0.25);
  expect(fractionDone({ minutes: 2 }, 1e9, 30)).toBe(0.25);
  expect(fractionDone({ steps: 200, minutes: 2 }, 50, 90)).toBe(0.75);
  expect(fractionDone({ steps: 200 }, 300, 0)).toBe(1);
  expect(fractionDone({ minutes: 0 }, 0, 0)).toBe(1);
});

test('the outlook names the nearer end', () => {
  expect(outlook({ steps: 100 }, 40, 10, 4)).toEqual({ total: 100, secondsLeft: 15 });
  expect(outlook({ minutes: 1 }, 40, 10, 4)).toEqual({ total: 240, secondsLeft: 50 });
  expect(outlook({ steps: 100, minutes: 10 }, 40, 10, 4)).toEqual({ total: 100, secondsLeft: 15 });
  expect(outlook({ steps: 10_000, minutes: 1 }, 40, 10, 4)).toEqual({ total: 240, secondsLeft: 50 });
  expect(outlook({}, 40, 10, 4)).toEqual({ total: 0 });
  expect(outlook({ steps: 100 }, 0, 0, 0)).toEqual({ total: 100 });
});

test('means are over the last steps alone', () => {
  const recent = recentMeans(3);
  expect(recent.means()).toEqual({});
  for (const loss of [100, 1, 2, 6]) recent.add({ loss });
  expect(recent.means()).toEqual({ loss: 3 });
});

test('checkpoints come each 30 s, and saving takes at most a tenth of the time', () => {
  expect(checkpointDue(29.9, 0)).toBe(false);
  expect(checkpointDue(30, 0.5)).toBe(true);
  expect(checkpointDue(59, 6)).toBe(false);
  expect(checkpointDue(60, 6)).toBe(true);
});

test('snapshots are spaced by the logarithm of the step', () => {
  const steps: number[] = [];
  for (let at = nextSnapshot(0); at <= 1e6; at = nextSnapshot(at)) steps.push(at);
  expect(steps.slice(0, 8)).toEqual([1, 2, 3, 4, 6, 8, 11, 15]);
  expect(steps.length).toBeLessThan(60);
  for (let i = 20; i < steps.length; i++) expect(steps[i] / steps[i - 1]).toBeCloseTo(1.3, 1);
  // A resumed run goes on with the same steps.
  expect(nextSnapshot(steps[10])).toBe(steps[11]);
});

test('a snapshot that is dear waits, so that the first steps are not spent on saving', () => {
  expect(snapshotDue(3, 2, 0.01, 0)).toBe(true);
  expect(snapshotDue(5, 4, 60, 0)).toBe(false);
  expect(snapshotDue(3, 2, 0.4, 0.05)).toBe(false);
  expect(snapshotDue(5, 2, 0.5, 0.05)).toBe(true);
});

test('previews grow rarer, and dear ones are rarer still', () => {
  expect(nextPreview(0, 0)).toBe(2);
  expect(nextPreview(0, 1)).toBe(10);
  expect(nextPreview(2, 0.01)).toBe(2.6);
  expect(nextPreview(100, 1)).toBe(130);
  expect(nextPreview(1_000, 1)).toBe(1_060);
  expect(nextPreview(100, 30)).toBe(400);
});
