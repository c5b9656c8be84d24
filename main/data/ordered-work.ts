/** @file Work on a stream of items, a few at once, with results in the items' order; cancel and paced progress for such work. */

import { LabError } from '../../preload/contract/errors';
import type { Progress, Work } from '../../preload/contract/progress';

/** @throws LabError 'cancelled' */
export function throwIfCancelled(signal: AbortSignal, what: string): void {
  if (signal.aborted) throw new LabError('cancelled', { what });
}

/** Results of `work` in order, at most `limit` under way. When the iteration ends early, what is under way is waited for. */
export async function* inOrder<T, R>(items: AsyncIterable<T>, limit: number, work: (item: T) => Promise<R>): AsyncGenerator<R> {
  const underWay: Promise<R>[] = [];
  try {
    for await (const item of items) {
      const result = work(item);
      // Its rejection is thrown when its turn comes; until then it is no unhandled one.
      result.catch(() => undefined);
      underWay.push(result);
      if (underWay.length >= limit) yield await (underWay.shift() as Promise<R>);
    }
    while (underWay.length > 0) yield await (underWay.shift() as Promise<R>);
  } finally {
    await Promise.allSettled(underWay);
  }
}

const pacedMs = 100;

/** Reports progress at most ten times a second, and always when `last`. */
export function pacedProgress(work: Work): (report: Progress, last?: boolean) => void {
  let next = 0;
  return (report, last = false) => {
    const now = performance.now();
    if (!last && now < next) return;
    next = now + pacedMs;
    work.progress(report);
  };
}
