/** @file How fast work goes, from what was seen of it. */

export interface Sighting {
  atMs: number;
  done: number;
}

export interface Pace {
  perSecond?: number;
  secondsLeft?: number;
}

/** Below this the reports are too close to tell a rate. */
const leastMs = 400;

/** The mean rate over `sightings` (oldest first), and the time to `total` at that rate; nothing where it can't be told. */
export function paceOf(sightings: readonly Sighting[], total: number): Pace {
  const first = sightings[0];
  const last = sightings.at(-1);
  if (!first || !last || last.atMs - first.atMs < leastMs || last.done <= first.done) return {};
  const perSecond = (1000 * (last.done - first.done)) / (last.atMs - first.atMs);
  return total > 0 ? { perSecond, secondsLeft: Math.max(0, (total - last.done) / perSecond) } : { perSecond };
}
