/** @file Calls take turns: one at a time has the processors and the memory to itself, and short ones slip in where long work breathes. */

import { LabError } from '../../preload/contract/errors';
import type { Handler, Handlers } from '../supervisor/protocol';
import type { PacedWork } from '../sampling/batches';

/**
 * Handlers that run one after the other, in the order of their calls. The calls in `prompt` wait for no long call to end: they go before all
 * others, and a long call that is under way lets them in between two runs of its graph (`breathe`). A call that is cancelled while it waits ends at once.
 */
export function inTurns(handlers: Handlers, prompt: ReadonlySet<string> = new Set()): Handlers {
  const waiting = { prompt: [] as (() => Promise<void>)[], long: [] as (() => Promise<void>)[] };
  let busy = false;

  const letPromptIn = async (): Promise<void> => {
    for (let turn = waiting.prompt.shift(); turn; turn = waiting.prompt.shift()) await turn();
  };

  const goThrough = async (): Promise<void> => {
    if (busy) return;
    busy = true;
    for (let turn = waiting.prompt.shift() ?? waiting.long.shift(); turn; turn = waiting.prompt.shift() ?? waiting.long.shift()) await turn();
    busy = false;
  };

  const queued = (name: string, handler: Handler): Handler => (args, work) =>
    new Promise((resolve, reject) => {
      const cancelled = () => reject(new LabError('cancelled', { what: name }));
      work.signal.addEventListener('abort', cancelled, { once: true });
      const isPrompt = prompt.has(name);
      waiting[isPrompt ? 'prompt' : 'long'].push(async () => {
        if (work.signal.aborted) return cancelled();
        work.signal.removeEventListener('abort', cancelled);
        const paced: PacedWork = isPrompt ? work : { ...work, letOthersIn: letPromptIn };
        await Promise.resolve()
          .then(() => handler(args, paced))
          .then(resolve, reject);
      });
      void goThrough();
    });

  return Object.fromEntries(Object.entries(handlers).map(([name, handler]) => [name, queued(name, handler)]));
}
