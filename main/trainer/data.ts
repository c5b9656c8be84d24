/** @file The images that a run trains on: its packed view, made again if it was reclaimed, and the batch of each step. */

import { viewConfig } from '../../preload/contract/datasets';
import { LabError } from '../../preload/contract/errors';
import type { Work } from '../../preload/contract/progress';
import type { RunInfo } from '../../preload/contract/runs';
import { batchIndices } from '../data/batches/batch';
import { readDataset } from '../data/catalog/dataset-folder';
import { nameNow } from '../data/catalog/name-now';
import { packView } from '../data/catalog/pack-view';
import { openViewByKey, type View } from '../data/catalog/view';
import { viewKey } from '../data/catalog/view-folder';
import type { TrainingData } from './session';

/** Images up to so many bytes are held in memory: a read a picture takes longer than drawing a step's noise. */
const heldBytes = 64 * 2 ** 20;

/** Reads images of the training split by their indices, from memory where they are few. */
function reader(view: View, held: number): (indices: Int32Array, into: Uint8Array) => void {
  const { height, width, channels } = view.info.config;
  const imageBytes = height * width * channels;
  const count = view.count('train');
  if (count * imageBytes > held) return (indices, into) => view.read('train', indices, into);
  const all = new Uint8Array(count * imageBytes);
  view.read('train', Int32Array.from({ length: count }, (_, i) => i), all);
  return (indices, into) => indices.forEach((index, i) => into.set(all.subarray(index * imageBytes, (index + 1) * imageBytes), i * imageBytes));
}

/** A view is named by the content of its dataset: one that stands is the right one, even if the dataset has changed or is gone. */
async function openRunView(home: string, { name, dataset, view }: RunInfo, work: Work): Promise<View> {
  const config = viewConfig.parse(view);
  const open = () => openViewByKey(home, dataset.name, viewKey(dataset.hash, config));
  try {
    return open();
  } catch (caught) {
    if (!(caught instanceof LabError) || caught.code !== 'view-missing') throw caught;
  }
  const now = nameNow(home, dataset);
  const stored = readDataset(home, now);
  if (stored && stored.info.hash !== dataset.hash) throw new LabError('dataset-changed', { dataset: now, run: name });
  await packView({ home, dataset: now, view: config }, work);
  return open();
}

/** Progress phase: 'pack' (images). Throws LabError 'dataset-changed', 'split-too-small', and as packView and openViewByKey. */
export async function openTrainingData(home: string, info: RunInfo, work: Work, held = heldBytes): Promise<TrainingData> {
  const view = await openRunView(home, info, work);
  const count = view.count('train');
  if (count < 1) {
    view.close();
    throw new LabError('split-too-small', { split: 'train', count, asked: 1 });
  }
  work.progress({ phase: 'pack', done: count, total: count });
  const { height, width, channels } = view.info.config;
  const read = reader(view, held);
  let indices = new Int32Array(0);
  return {
    shape: { height, width, channels },
    source: {
      fill(x, batchSize, seed, step) {
        if (indices.length !== batchSize) indices = new Int32Array(batchSize);
        read(batchIndices({ count, batchSize, seed, step }, indices), x);
      },
    },
    close: () => view.close(),
  };
}
