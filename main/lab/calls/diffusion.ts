/** @file Calls on denoising graphs. */

import type { HandlersOf } from '../../../preload/contract/contract';
import type { diffusion } from '../../../preload/contract/domains/diffusion';
import type { Desk } from '../desk';
import { draw, noised, schedule, trainingStep, trajectories, walk } from '../diffusion';

export const diffusionCalls = ({ lab }: Desk): HandlersOf<typeof diffusion> => ({
  schedule: (args, work) => schedule(lab, args, work),
  noised: (args, work) => noised(lab, args, work),
  trainingStep: (args, work) => trainingStep(lab, args, work),
  walk: (args, work) => walk(lab, args, work),
  draw: (args, work) => draw(lab, args, work),
  trajectories: (args, work) => trajectories(lab, args, work),
});
