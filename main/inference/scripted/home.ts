/** @file A home with a small dataset, packed, and runs whose graphs are given: what the inference process works on, without a training. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ViewConfig } from '../../../preload/contract/datasets';
import { packView } from '../../data/catalog/pack-view';
import { importDataset } from '../../data/import/import';
import { createRun } from '../../runs/run';
import { openRunWriter } from '../../runs/writer';
import { noWork } from '../../sampling/scripted/gaussians';

export interface SmallDataset {
  /** Grey images, uint8 [count, side, side]; labels 0 to 9. */
  train: { pixels: Uint8Array; labels: Uint8Array };
  test: { pixels: Uint8Array; labels: Uint8Array };
  side: number;
}

/** An IDX file of bytes. */
function idx(dims: number[], body: Uint8Array): Uint8Array {
  const header = Buffer.from([0, 0, 8, dims.length, ...dims.flatMap((dim) => [dim >>> 24, (dim >>> 16) & 255, (dim >>> 8) & 255, dim & 255])]);
  return Buffer.concat([header, body]);
}

const view = (side: number): ViewConfig => ({ height: side, width: side, channels: 1, fit: 'crop' });

/** Imports `data` under `name` and packs its view. -> the dataset's hash */
export async function addDataset(home: string, name: string, { train, test, side }: SmallDataset): Promise<string> {
  const source = join(home, 'sources', name);
  mkdirSync(source, { recursive: true });
  for (const [prefix, { pixels, labels }] of [['train', train], ['t10k', test]] as const) {
    writeFileSync(join(source, `${prefix}-images-idx3-ubyte`), idx([labels.length, side, side], pixels));
    writeFileSync(join(source, `${prefix}-labels-idx1-ubyte`), idx([labels.length], labels));
  }
  const { hash } = await importDataset({ home, path: source, name, keep: 'copy' }, noWork);
  await packView({ home, dataset: name, view: view(side) }, noWork);
  return hash;
}

/** A run of `dataset` with `graphs` by name. */
export async function addRun(home: string, name: string, dataset: { name: string; hash: string; side: number }, graphs: Record<string, Uint8Array>): Promise<void> {
  const versions = { genoise: '0', onnxruntime: '0', node: '0' };
  await createRun(home, { name, method: 'scripted', config: {}, dataset: { name: dataset.name, hash: dataset.hash }, view: { ...view(dataset.side) }, seed: 1, device: 'cpu', versions });
  const writer = await openRunWriter(home, name);
  for (const [graph, onnx] of Object.entries(graphs)) await writer.saveGraph(graph, onnx);
  await writer.close();
}
