/** @file Time, so that tests can hold it. */

export const clock = {
  /** Milliseconds since 1970. */
  nowMs: () => Date.now(),
  /** Milliseconds, monotonic. */
  monotonicMs: () => performance.now(),
};
