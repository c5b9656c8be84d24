/** @file The packed view through which a run sees a dataset. */

import { viewConfig } from '../../preload/contract/datasets';
import { LabError } from '../../preload/contract/errors';
import { openView, openViewByKey, type View } from '../data/catalog/view';
import { viewKey } from '../data/catalog/view-folder';
import { readRun } from '../runs/run';
import { imageShape, type LearntGraph } from '../sampling/signatures';

/**
 * Lends the view of `dataset` (a name, or what is known of it), or of the very data of the run, that the run was trained with, if it fits `input` of `graph`.
 * @throws LabError 'view-missing', 'images-do-not-fit' and those of the catalog
 */
export async function withView<T>(home: string, run: string, dataset: string | { name: string; hash: string } | undefined, graph: LearntGraph, input: string, use: (view: View) => Promise<T>): Promise<T> {
  const info = await readRun(home, run);
  const config = viewConfig.parse(info.view);
  const expected = imageShape(graph, input);
  if (config.height !== expected.height || config.width !== expected.width || config.channels !== expected.channels) {
    const words = ({ height, width, channels }: typeof expected) => `${height} x ${width} x ${channels}`;
    throw new LabError('images-do-not-fit', { expected: words(expected), got: words(config) });
  }
  const { name, hash } = typeof dataset === 'object' ? dataset : info.dataset;
  const view = typeof dataset === 'string' ? openView(home, dataset, config) : openViewByKey(home, name, viewKey(hash, config));
  try {
    return await use(view);
  } finally {
    view.close();
  }
}
