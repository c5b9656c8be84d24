/** @file The calls on denoising graphs, step by step. Arguments and results: preload/contract/diffusion.ts. */

import { z } from 'zod';
import * as contract from '../../preload/contract/diffusion';
import { listSnapshots } from '../runs/checkpoints';
import type { Handlers } from '../supervisor/protocol';
import type { LabelledImages } from '../sampling/batches';
import { imageShape, scheduleOf, type LearntGraph } from '../sampling/signatures';
import { parsed } from './arguments';
import { noised, trainingStep } from './diffusion-forward';
import { trajectories } from './diffusion-trajectories';
import { draw, walkPart, type Beginning } from './diffusion-walk';
import type { Models } from './models';
import type { diffusionCalls } from './process';
import { withView } from './run-view';

/** What the lab adds to each request. */
const home = { home: z.string() };
const requests = {
  schedule: contract.scheduleRequest.extend(home),
  noised: contract.noisedRequest.extend(home),
  trainingStep: contract.trainingStepRequest.extend(home),
  walk: contract.walkRequest.safeExtend(home),
  draw: contract.drawRequest.extend(home),
  trajectories: contract.trajectoriesRequest.extend(home),
};

interface Target {
  home: string;
  run: string;
  at?: number;
  device?: string;
}

/** Answered within moments: one run of the graph at most. */
export const promptDiffusionCalls = ['schedule', 'noised', 'trainingStep'] as const;

export function diffusionHandlers(models: Models): { [C in (typeof diffusionCalls)[number]]: Handlers[string] } {
  const open = async ({ home, run, at, device: wanted }: Target) => {
    const device = await models.device(wanted);
    return { device, graph: await models.graph(home, run, 'denoise', device, at) };
  };

  /** Lends the images of a dataset, or of the run's own data. */
  const withImages = <T>({ home, run, dataset }: Target & { dataset?: string }, graph: LearntGraph, use: (images: LabelledImages) => T | Promise<T>): Promise<T> =>
    withView(home, run, dataset, graph, 'x_t', async (view) => use(view));

  /** Lends the settings of a walk with the image it begins from, if it begins from one. */
  const withBeginning = <T, S extends Target & { from?: { dataset?: string } & Omit<Beginning, 'images'> }>(
    { from, ...request }: S,
    graph: LearntGraph,
    use: (from?: Beginning) => Promise<T>,
  ): Promise<T> => (from ? withImages({ ...request, dataset: from.dataset }, graph, (images) => use({ ...from, images })) : use());

  return {
    async schedule(args): Promise<contract.ScheduleResult> {
      const request = parsed(requests.schedule, args);
      const { graph, device } = await open(request);
      const { kind, steps, alphaBar } = scheduleOf(graph);
      const { height, width, channels } = imageShape(graph, 'x_t');
      const snapshots = (await listSnapshots(request.home, request.run)).map(({ step }) => step);
      return { kind, steps, alphaBar: Float64Array.from(alphaBar), shape: [height, width, channels], snapshots, device };
    },

    async noised(args): Promise<contract.NoisedResult> {
      const request = parsed(requests.noised, args);
      const { graph } = await open(request);
      return withImages(request, graph, (images) => noised(graph, images, request));
    },

    async trainingStep(args): Promise<contract.TrainingStepResult> {
      const request = parsed(requests.trainingStep, args);
      const { graph, device } = await open(request);
      return withImages(request, graph, async (images) => ({ ...(await trainingStep(graph, images, request)), device }));
    },

    async walk(args, work): Promise<contract.WalkResult> {
      const request = parsed(requests.walk, args);
      const { graph, device } = await open(request);
      return withBeginning(request, graph, async (from) => ({ ...(await walkPart(graph, { ...request, from }, work)), device }));
    },

    async draw(args, work): Promise<contract.DrawResult> {
      const request = parsed(requests.draw, args);
      const { graph, device } = await open(request);
      return withBeginning(request, graph, async (from) => ({ ...(await draw(graph, { ...request, from }, work)), device }));
    },

    async trajectories(args, work): Promise<contract.TrajectoriesResult> {
      const request = parsed(requests.trajectories, args);
      const { graph, device } = await open(request);
      return withImages(request, graph, async (images) => ({ ...(await trajectories(graph, images, request, work)), device }));
    },
  };
}
