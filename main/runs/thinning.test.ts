/** @file Snapshots stay evenly spaced in the logarithm of the step however many come. */

import { expect, test } from 'vitest';
import { stepsToThin } from './thinning';

function keptAfter(count: number, every: number, keep: number): number[] {
  let kept: number[] = [];
  for (let step = every; step <= count * every; step += every) {
    kept.push(step);
    const deleted = new Set(stepsToThin(kept, keep));
    kept = kept.filter((other) => !deleted.has(other));
  }
  return kept;
}

test('nothing goes while there is room, and the first and last never go', () => {
  expect(stepsToThin([1, 2, 3], 3)).toEqual([]);
  expect(stepsToThin([1, 2, 3, 4], 2)).toEqual([3, 2]);
  expect(stepsToThin([5, 9], 1)).toEqual([]);
});

test('the one in the narrowest place of the logarithm goes', () => {
  // log(step + 1) is 0, 1, 1.9, 2, 4 in units of log 2: around 1.9 lies 1, around 2 lies 2.1.
  expect(stepsToThin([0, 1, 2 ** 1.9 - 1, 3, 15], 4)).toEqual([2 ** 1.9 - 1]);
});

test.each([
  [20_000, 1],
  [3_000, 100],
])('of %i snapshots, one each %i steps, 40 stay whose gaps in the logarithm are near the even one', (count, every) => {
  const kept = keptAfter(count, every, 40);
  expect(kept).toHaveLength(40);
  expect([kept[0], kept[39]]).toEqual([every, count * every]);
  const logs = kept.map((step) => Math.log1p(step));
  const even = (logs[39] - logs[0]) / 39;
  for (let index = 1; index < 40; index++) {
    const gap = logs[index] - logs[index - 1];
    // Where even the closest two steps that came are wider apart than the even gap, both must be there.
    const closest = Math.log1p(kept[index - 1] + every) - logs[index - 1];
    expect(gap).toBeLessThan(Math.max(2.5 * even, closest + 1e-9));
  }
});
