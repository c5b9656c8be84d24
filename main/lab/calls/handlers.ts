/** @file The one list of handlers: one a domain of the contract. */

import type { ContractHandlers } from '../../../preload/contract/contract';
import type { Desk } from '../desk';
import { appCalls } from './app';
import { datasetCalls } from './datasets';
import { diffusionCalls } from './diffusion';
import { exportCalls } from './exports';
import { jobCalls } from './jobs';
import { latentCalls } from './latents';
import { nativeCalls } from './native';
import { networkCalls } from './network';
import { runCalls } from './runs';
import { trainingCalls } from './training';
import { uploadCalls } from './uploads';

export const handlersOf = (desk: Desk): ContractHandlers => ({
  app: appCalls(desk),
  datasets: datasetCalls(desk),
  diffusion: diffusionCalls(desk),
  exports: exportCalls(desk),
  jobs: jobCalls(desk),
  latents: latentCalls(desk),
  native: nativeCalls(),
  network: networkCalls(desk),
  runs: runCalls(desk),
  training: trainingCalls(desk),
  uploads: uploadCalls(desk),
});
