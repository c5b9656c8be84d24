/** @file Denoising graphs, step by step. */

import * as schema from '../diffusion';
import { call, defineDomain } from '../domain';

export const diffusion = defineDomain(
  {
    schedule: call(schema.scheduleRequest, schema.scheduleResult),
    noised: call(schema.noisedRequest, schema.noisedResult),
    trainingStep: call(schema.trainingStepRequest, schema.trainingStepResult),
    /** A part of a walk: asked again from where it ended. */
    walk: call(schema.walkRequest, schema.walkResult),
    /** The end of a walk alone. */
    draw: call(schema.drawRequest, schema.drawResult),
    trajectories: call(schema.trajectoriesRequest, schema.trajectoriesResult),
  },
  {},
);
