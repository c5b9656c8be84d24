/** @file Ctrl-C: the first asks the work to stop and save, a second ends at once. */

/** npm and a terminal's process group may each deliver one Ctrl-C: signals this close together are one. */
const sameMs = 400;

export interface Interrupts {
  signal: AbortSignal;
  /** Handles one interrupt that has come. */
  interrupt(): void;
}

/** @param onFirst tells that the work is being stopped @param onSecond must end the process */
export function interrupts(nowMs: () => number, onFirst: () => void, onSecond: () => void): Interrupts {
  const abort = new AbortController();
  let lastMs = -Infinity;
  return {
    signal: abort.signal,
    interrupt: () => {
      const now = nowMs();
      const same = now - lastMs < sameMs;
      lastMs = now;
      if (!abort.signal.aborted) {
        onFirst();
        abort.abort();
      } else if (!same) onSecond();
    },
  };
}
