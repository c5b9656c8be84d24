/** @file Calls on denoising graphs. */

import type { HandlersOf } from '../../../preload/contract/contract';
import type { diffusion } from '../../../preload/contract/domains/diffusion';
import type { Desk } from '../desk';
import { draw, noised, schedule, trainingStep, trajectories, walk } from '../diffusion';
import { onDevice } from '../training';

export const diffusionCalls = ({ lab }: Desk): HandlersOf<typeof diffusion> => ({
  schedule: async (args, work) => schedule(lab, await onDevice(lab, args), work),
  noised: async (args, work) => noised(lab, await onDevice(lab, args), work),
  trainingStep: async (args, work) => trainingStep(lab, await onDevice(lab, args), work),
  walk: async (args, work) => walk(lab, await onDevice(lab, args), work),
  draw: async (args, work) => draw(lab, await onDevice(lab, args), work),
  trajectories: async (args, work) => trajectories(lab, await onDevice(lab, args), work),
});
