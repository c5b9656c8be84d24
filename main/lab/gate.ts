/** @file How much has been sent to a page that it has not taken in yet, and who must wait for it. */

/** News (progress, watched state) waits above this: what is new by then is told once. */
const newsBytes = 1_000_000;
/** Answers wait above this, so that with one answer under way a slow page costs less than 64 MB. */
const answerBytes = 32_000_000;

export interface Gate {
  /** A message of so many bytes went out. */
  sent(bytes: number): void;
  /** The page has taken in `count` messages since it connected. */
  taken(count: number): void;
  roomForNews(signal: AbortSignal): Promise<void>;
  roomForAnswers(signal: AbortSignal): Promise<void>;
  /** Sent and not taken in yet. */
  readonly outstanding: number;
  close(): void;
}

export function openGate(): Gate {
  const sizes: number[] = [];
  let outstanding = 0;
  let taken = 0;
  let closed = false;
  const waiting = new Set<() => void>();

  const wakeAll = (): void => {
    for (const wake of waiting) wake();
  };
  const room = async (limit: number, signal: AbortSignal): Promise<void> => {
    while (outstanding > limit && !closed && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          waiting.delete(wake);
          signal.removeEventListener('abort', wake);
          resolve();
        };
        waiting.add(wake);
        signal.addEventListener('abort', wake, { once: true });
      });
    }
  };

  return {
    get outstanding() {
      return outstanding;
    },
    sent(bytes) {
      sizes.push(bytes);
      outstanding += bytes;
    },
    taken(count) {
      // A page may not take in what was never sent.
      for (; taken < count && sizes.length > 0; taken++) outstanding -= sizes.shift() ?? 0;
      wakeAll();
    },
    roomForNews: (signal) => room(newsBytes, signal),
    roomForAnswers: (signal) => room(answerBytes, signal),
    close() {
      closed = true;
      wakeAll();
    },
  };
}
