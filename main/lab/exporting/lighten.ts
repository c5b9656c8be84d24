/** @file What a preview may leave out: images of a seed are independent of each other, so a few of them tell what all will be. */

import type { ExportForm, ExportRequest } from '../../../preload/contract/exports';

/** Passes of a denoising graph that a preview may cost: about a second on two cores. */
const mostPasses = 400;
const usualSteps = { ddim: 50, ddpm: 1000 };

/** -> the request that a preview makes, and its share of the work. @param denoises whether the run's images are walked to, step by step */
export function lightened(request: ExportRequest, form: ExportForm, denoises: boolean): { request: ExportRequest; share: number } {
  // A table is told by its rows, which are all of them.
  if (form === 'npz' || form === 'csv' || !denoises) return { request, share: 1 };
  if (request.what !== 'samples' && request.what !== 'denoising' && request.what !== 'trajectories') return { request, share: 1 };
  const steps = request.steps ?? usualSteps[request.sampler ?? 'ddim'];
  const n = Math.max(1, Math.min(request.n, Math.floor(mostPasses / steps)));
  return { request: { ...request, n }, share: n / request.n };
}
