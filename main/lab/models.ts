/** @file What a trained run can do, by calls to the inference process: sample, encode, reconstruct, interpolate, evaluate, denoise step by step. */

import { viewConfig } from '../../preload/contract/datasets';
import type * as contract from '../../preload/contract/inference';
import type { Work } from '../../preload/contract/progress';
import { clock } from '../platform/clock';
import { keepEvaluation } from '../runs/run';
import { packView, readDataset } from './datasets';
import type { Lab } from './lab';
import { runOf } from './runs';

/** A request without what the lab adds: home, run, and the dataset's name (the run's own when absent). */
type Asked<Request> = Omit<Request, 'home' | 'run' | 'dataset'> & { dataset?: string };

/** Calls the inference process once the run's view of the dataset stands packed. */
async function withView<T>(lab: Lab, run: string, name: string, { dataset, ...asked }: Asked<object>, work: Work): Promise<T> {
  const info = await runOf(lab, run);
  const data = readDataset(lab, dataset ?? info.dataset.name);
  await packView(lab, data.name, viewConfig.parse(info.view), work);
  return lab.call<T>('inference', name, { run, dataset: data.name, ...asked }, work);
}

export type SampleOptions = Omit<contract.SampleRequest, 'home' | 'run'>;

/** New images. -> uint8 [N, H, W, C] @throws LabError 'run-not-found', 'graph-missing', 'device-missing' */
export const sample = (lab: Lab, run: string, options: SampleOptions, work: Work): Promise<contract.SampleResult> =>
  lab.call('inference', 'sample', { run, ...options }, work);

/** Noise on its way to images. -> uint8 [N, frames, H, W, C] */
export const denoiseStrip = (lab: Lab, run: string, options: SampleOptions & { frames: number }, work: Work): Promise<contract.DenoiseStripResult> =>
  lab.call('inference', 'denoiseStrip', { run, ...options }, work);

/** The latent vector of every image. -> float32 [N, D], the training split first */
export const encode = (lab: Lab, run: string, options: Asked<contract.EncodeRequest>, work: Work): Promise<contract.EncodeResult> =>
  withView(lab, run, 'encode', options, work);

export const reconstruct = (lab: Lab, run: string, options: Asked<contract.ReconstructRequest>, work: Work): Promise<contract.ReconstructResult> =>
  withView(lab, run, 'reconstruct', options, work);

/** From one image of the test split to another. */
export const interpolate = (lab: Lab, run: string, options: Asked<contract.InterpolateRequest>, work: Work): Promise<contract.InterpolateResult> =>
  withView(lab, run, 'interpolate', options, work);

/** On the test split of the run's own dataset. Nothing is kept. */
export const measure = (lab: Lab, run: string, options: Omit<contract.EvaluateRequest, 'home' | 'run'>, work: Work): Promise<contract.EvaluateResult> =>
  withView(lab, run, 'evaluate', options, work);

/** The same on all that an evaluation takes, kept with the run. @throws as `measure`, and LabError 'disk-full', 'path-not-writable' */
export async function evaluate(lab: Lab, run: string, { device }: { device?: string }, work: Work): Promise<contract.EvaluateResult> {
  const { steps } = await runOf(lab, run);
  const found = await measure(lab, run, { device }, work);
  const figures = Object.fromEntries(Object.entries(found).filter((entry): entry is [string, number] => typeof entry[1] === 'number'));
  await keepEvaluation(lab.home, run, { at: new Date(clock.nowMs()).toISOString(), step: steps, device: found.device, figures });
  return found;
}
