/** @file Calls on jobs. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { HandlersOf } from '../../../preload/contract/contract';
import type { jobs } from '../../../preload/contract/domains/jobs';
import type { Desk } from '../desk';

/** Changes of this span are told together: an eye sees ten a second. */
const togetherMs = 100;

export const jobCalls = ({ jobs: desk, changes }: Desk): HandlersOf<typeof jobs> => ({
  cancel: ({ id }) => desk.cancel(id),
  async changes(_args, { emit, signal }) {
    const seen = changes.watcher();
    let { jobs: news, count } = desk.changedSince(0);
    await emit(news);
    while (!signal.aborted) {
      if (!(await changes.since(seen, signal)).includes('jobs')) continue;
      ({ jobs: news, count } = desk.changedSince(count));
      if (news.length > 0) await emit(news);
      await sleep(togetherMs);
    }
  },
});
