/** @file What stands at a path, from names and headers alone, so that a person can be asked before anything is done. */

import { resolve } from 'node:path';
import type { Recognition } from '../../../preload/contract/datasets';
import type { Work } from '../../../preload/contract/progress';
import { throwIfCancelled } from '../ordered-work';
import { tarEntries } from '../readers/archive/tar';
import { zipSummary } from '../readers/archive/zip';
import { openSource } from '../readers/registry';
import { archiveKindOf } from './archive-kind';

/**
 * -> code and parameters, to be worded at the edge. An archive: its entries and the bytes it unpacks to, as far as its headers say.
 * @throws LabError as `importDataset` for what can be seen from names and headers
 */
export async function recognise({ path }: { path: string }, work: Work): Promise<Recognition> {
  const at = resolve(path);
  const archive = await archiveKindOf(at);
  if (archive === 'zip') {
    const { entries, bytes } = await zipSummary(at);
    return { code: 'archive', params: { entries, bytes } };
  }
  if (archive) {
    const meter = { consumed: 0, produced: 0 };
    let entries = 0;
    for await (const entry of tarEntries(at, archive === 'tar.gz', meter)) {
      throwIfCancelled(work.signal, at);
      if (entry.kind === 'file') entries++;
    }
    return { code: 'archive', params: { entries, bytes: meter.produced } };
  }
  const { source, reader } = await openSource(at, work.signal);
  return reader.recognise(source, work.signal);
}
