/** @file Calls that follow a pointer: one at a time, and of those that came meanwhile only the newest. */

export interface Latest<Args> {
  /** Asks as soon as the call under way has ended; what waited before is forgotten. */
  ask(args: Args): void;
  /** Forgets what waits, and what the call under way will answer. */
  drop(): void;
}

/** `onError` is given what `call` rejects with. */
export function latest<Args, Result>(call: (args: Args) => Promise<Result>, onResult: (result: Result, args: Args) => void, onError: (caught: unknown) => void): Latest<Args> {
  let waiting: { args: Args } | undefined;
  let busy = false;
  let round = 0;

  const goOn = async (): Promise<void> => {
    busy = true;
    while (waiting) {
      const { args } = waiting;
      const asked = round;
      waiting = undefined;
      try {
        const result = await call(args);
        if (asked === round) onResult(result, args);
      } catch (caught) {
        if (asked === round) onError(caught);
      }
    }
    busy = false;
  };

  return {
    ask(args) {
      waiting = { args };
      if (!busy) void goOn();
    },
    drop() {
      waiting = undefined;
      round++;
    },
  };
}
