/** @file A run's diffusion, step by step, by calls to the inference process. */

import type { z } from 'zod';
import { viewConfig } from '../../preload/contract/datasets';
import type * as contract from '../../preload/contract/diffusion';
import { LabError } from '../../preload/contract/errors';
import type { Work } from '../../preload/contract/progress';
import { packView, readDataset } from './datasets';
import type { Lab } from './lab';
import { runOf } from './runs';

type Asked<Schema extends z.ZodType> = z.output<Schema>;

/** Asks the inference process; where the run's view of the dataset is not packed (any more), packs it and asks again. */
async function ask<T>(lab: Lab, name: string, asked: { run: string; dataset?: string }, work: Work): Promise<T> {
  const once = () => lab.call<T>('inference', name, asked, work);
  try {
    return await once();
  } catch (caught) {
    if (!(caught instanceof LabError && caught.code === 'view-missing')) throw caught;
    const info = await runOf(lab, asked.run);
    const data = readDataset(lab, asked.dataset ?? info.dataset.name);
    if (asked.dataset === undefined && data.hash !== info.dataset.hash) throw new LabError('dataset-changed', { dataset: data.name, run: asked.run });
    await packView(lab, data.name, viewConfig.parse(info.view), work);
    return once();
  }
}

/** The noise schedule, and which snapshots of the weights there are. @throws LabError 'run-not-found', 'graph-missing', 'graph-metadata', 'device-missing' */
export const schedule = (lab: Lab, asked: Asked<typeof contract.scheduleRequest>, work: Work): Promise<contract.ScheduleResult> => ask(lab, 'schedule', asked, work);

/** An image noised to any timesteps. @throws as `schedule`, and 'image-index-outside', 'timestep-outside', 'images-do-not-fit', 'dataset-not-found' */
export const noised = (lab: Lab, asked: Asked<typeof contract.noisedRequest>, work: Work): Promise<contract.NoisedResult> => ask(lab, 'noised', asked, work);

/** One step as in training. @throws as `noised`, and 'model-not-finite' */
export const trainingStep = (lab: Lab, asked: Asked<typeof contract.trainingStepRequest>, work: Work): Promise<contract.TrainingStepResult> => ask(lab, 'trainingStep', asked, work);

/** A part of the walk from noise to images. @throws as `trainingStep`, and 'sampler-steps', 'walk-part' */
export const walk = (lab: Lab, asked: Asked<typeof contract.walkRequest>, work: Work): Promise<contract.WalkResult> => ask(lab, 'walk', { ...asked, dataset: asked.from?.dataset }, work);

/** The end of a walk. @throws as `trainingStep`, and 'sampler-steps' */
export const draw = (lab: Lab, asked: Asked<typeof contract.drawRequest>, work: Work): Promise<contract.DrawResult> => ask(lab, 'draw', { ...asked, dataset: asked.from?.dataset }, work);

/** Many walks in a plane, with images of the dataset. @throws as `draw` */
export const trajectories = (lab: Lab, asked: Asked<typeof contract.trajectoriesRequest>, work: Work): Promise<contract.TrajectoriesResult> => ask(lab, 'trajectories', asked, work);
