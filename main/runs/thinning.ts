/** @file Which snapshots to keep: at most so many, evenly spaced in the logarithm of the step, so that early learning is as visible as late. */

/**
 * Removes one step at a time, the one whose neighbours are closest in log(step + 1); the first and the last always stay.
 * @param steps ascending -> those to delete
 */
export function stepsToThin(steps: readonly number[], keep: number): number[] {
  const kept = [...steps];
  const deleted: number[] = [];
  while (kept.length > Math.max(keep, 2)) {
    let at = 1;
    let narrowest = Infinity;
    for (let index = 1; index < kept.length - 1; index++) {
      const width = Math.log1p(kept[index + 1]) - Math.log1p(kept[index - 1]);
      if (width < narrowest) {
        narrowest = width;
        at = index;
      }
    }
    deleted.push(...kept.splice(at, 1));
  }
  return deleted;
}
