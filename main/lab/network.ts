/** @file Networks as drawings, and what their blocks compute, by calls to the inference process. */

import { LabError } from '../../preload/contract/errors';
import type * as contract from '../../preload/contract/network';
import type { Work } from '../../preload/contract/progress';
import { packView, readDataset } from './datasets';
import type { Lab } from './lab';
import { runOf } from './runs';

/** Keeps an ONNX file of a page. @throws LabError 'network-file-too-large', 'onnx-unreadable', 'onnx-external', 'onnx-operation-unknown' */
export const openNetwork = (lab: Lab, asked: { bytes: Uint8Array }, work: Work): Promise<{ file: string }> => lab.call('inference', 'openNetwork', { ...asked }, work);

/** @throws LabError 'run-not-found', 'graph-not-found', 'network-file-gone', 'onnx-refused', and as `openNetwork` */
export const drawNetwork = (lab: Lab, asked: { source: contract.NetworkSource; detail: contract.NetworkDetail }, work: Work): Promise<contract.DrawingResult> => lab.call('inference', 'drawNetwork', { ...asked }, work);

/**
 * What one block gives for an image of a dataset; where the network's view of it is not packed (any more), it is packed.
 * @throws LabError 'network-tensor-unknown', 'network-input-unknown', 'timestep-outside', 'image-index-outside', 'dataset-not-found', 'device-missing', and as `drawNetwork`
 */
export async function activations(lab: Lab, asked: contract.ActivationsArgs, work: Work): Promise<contract.ActivationsResult> {
  const { source } = asked;
  const named = asked.dataset ?? ('run' in source ? (await runOf(lab, source.run)).dataset.name : undefined);
  if (named === undefined) throw new LabError('usage', { detail: 'dataset' });
  const { name: dataset, hash } = readDataset(lab, named);
  const ask = (): Promise<contract.ActivationsResult> => lab.call('inference', 'activations', { ...asked, dataset, hash }, work);
  try {
    return await ask();
  } catch (caught) {
    if (!(caught instanceof LabError && caught.code === 'view-missing')) throw caught;
    const { view } = await drawNetwork(lab, { source, detail: 'stages' }, work);
    if (view) await packView(lab, dataset, view, work);
    return ask();
  }
}
