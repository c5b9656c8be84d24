/** @file The time a run has trained, its speed, and what is left. */

export interface StopwatchClock {
  /** Milliseconds, monotonic. */
  monotonicMs(): number;
}

/** Counts training time: saving and previews included, pauses not. */
export function stopwatch(clock: StopwatchClock, startSecs: number) {
  let before = startSecs;
  let since: number | undefined = clock.monotonicMs();
  const seconds = () => before + (since === undefined ? 0 : (clock.monotonicMs() - since) / 1000);
  return {
    seconds,
    pause() {
      before = seconds();
      since = undefined;
    },
    go() {
      since ??= clock.monotonicMs();
    },
  };
}

/** Speeds older than this weigh less than 1 / e, in seconds. */
const horizonSecs = 5;

/** Steps a second, averaged over the last seconds: sum_i w_i / sum_i w_i dt_i with w decaying by the age of the step. */
export function speedometer() {
  let steps = 0;
  let secs = 0;
  return {
    step(durationSecs: number) {
      const decay = Math.exp(-durationSecs / horizonSecs);
      steps = steps * decay + 1;
      secs = secs * decay + durationSecs;
    },
    /** 0 before the first step. */
    perSecond: () => (secs > 0 ? steps / secs : 0),
  };
}

export interface Limits {
  /** Totals over all of the run's life, whichever is reached first; without any the run goes on until it is stopped. */
  steps?: number;
  minutes?: number;
}

/** The share of the run that is done, in [0, 1]; 0 without limits. */
export function fractionDone(limits: Limits, steps: number, seconds: number): number {
  const bySteps = limits.steps === undefined ? 0 : limits.steps <= 0 ? 1 : steps / limits.steps;
  const byTime = limits.minutes === undefined ? 0 : limits.minutes <= 0 ? 1 : seconds / (limits.minutes * 60);
  return Math.min(1, Math.max(bySteps, byTime));
}

/** Where the run will end at `perSecond`: its total of steps (0: not known) and the seconds left. */
export function outlook(limits: Limits, steps: number, seconds: number, perSecond: number): { total: number; secondsLeft?: number } {
  const leftByTime = limits.minutes === undefined ? Infinity : Math.max(0, limits.minutes * 60 - seconds);
  const leftBySteps = limits.steps === undefined || perSecond === 0 ? Infinity : Math.max(0, limits.steps - steps) / perSecond;
  const left = Math.min(leftByTime, leftBySteps);
  if (leftBySteps <= leftByTime || perSecond === 0) return { total: limits.steps ?? 0, ...(Number.isFinite(left) && { secondsLeft: left }) };
  return { total: Math.round(steps + left * perSecond), secondsLeft: left };
}

/** The mean of each metric over the last `size` steps. */
export function recentMeans(size: number) {
  const rows: Record<string, number>[] = [];
  return {
    add(values: Record<string, number>) {
      rows.push(values);
      if (rows.length > size) rows.shift();
    },
    means(): Record<string, number> {
      const sums: Record<string, number> = {};
      for (const row of rows) for (const [name, value] of Object.entries(row)) sums[name] = (sums[name] ?? 0) + value;
      return Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, sum / rows.length]));
    },
  };
}
