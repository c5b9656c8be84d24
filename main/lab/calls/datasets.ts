/** @file Calls on datasets. */

import type { HandlersOf } from '../../../preload/contract/contract';
import type { datasets } from '../../../preload/contract/domains/datasets';
import { listDatasets } from '../datasets';
import type { Desk } from '../desk';

export const datasetCalls = ({ lab, changes }: Desk): HandlersOf<typeof datasets> => ({
  async list(_args, { emit, signal }) {
    const seen = changes.watcher();
    await emit(listDatasets(lab));
    while (!signal.aborted) {
      if ((await changes.since(seen, signal)).includes('datasets')) await emit(listDatasets(lab));
    }
  },
});
