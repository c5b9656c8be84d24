/** @file How often a crashing entry may be started again. */

import { LabError } from '../../preload/contract/errors';

export const restartsPerMinute = 5;
const windowMs = 60_000;

export interface RestartBudget {
  /** Throws LabError 'restart-storm' if the entry has crashed too often in the last minute to be started again. */
  check(entry: string): void;
  crashed(): void;
}

/** `nowMs`: a monotonic clock. One start and `restartsPerMinute` restarts may crash within a minute; after that it must rest. */
export function restartBudget(nowMs: () => number): RestartBudget {
  let crashes: number[] = [];
  return {
    check(entry) {
      crashes = crashes.filter((at) => nowMs() - at < windowMs);
      if (crashes.length > restartsPerMinute) throw new LabError('restart-storm', { entry, count: restartsPerMinute });
    },
    crashed() {
      crashes.push(nowMs());
    },
  };
}
