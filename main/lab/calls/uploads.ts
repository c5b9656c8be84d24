/** @file Calls on files that a page sends. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { HandlersOf } from '../../../preload/contract/contract';
import type { uploads } from '../../../preload/contract/domains/uploads';
import type { Desk } from '../desk';

/** An eye sees no more. */
const togetherMs = 200;

export const uploadCalls = ({ uploads: desk }: Desk): HandlersOf<typeof uploads> => ({
  begin: async ({ files, bytes }) => ({ id: await desk.begin({ files, bytes }) }),
  async discard({ id }) {
    await desk.discard(id);
    return null;
  },
  async hold({ id }, { emit, signal }) {
    const release = desk.hold(id);
    try {
      let told = '';
      while (!signal.aborted) {
        const state = desk.state(id);
        if (JSON.stringify(state) !== told) await emit(state);
        told = JSON.stringify(state);
        await sleep(togetherMs, undefined, { signal }).catch(() => undefined);
      }
    } finally {
      release();
    }
  },
});
