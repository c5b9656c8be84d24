/** @file The calls of the inference process: arguments checked, graphs found by signature, work done in turns. */

import * as contract from '../../preload/contract/inference';
import type { Handlers } from '../supervisor/protocol';
import { signedToBytes } from '../sampling/batches';
import { parsed } from './arguments';
import { diffusionHandlers, promptDiffusionCalls } from './diffusion-calls';
import { evaluateDiffusion } from './diffusion-evaluation';
import { interpolateImages } from './interpolate';
import { latentHandlers } from './latent-calls';
import { evaluateLatent } from './latent-evaluation';
import { decodeGrid, encodeDataset, sampleLatents } from '../sampling/latents';
import type { Models } from './models';
import { networkHandlers } from './network-calls';
import { networkCalls, promptLatentCalls } from './process';
import { reconstruct } from './reconstruct';
import { withView } from './run-view';
import { denoiseStrip, sampleDiffusion } from '../sampling/samplers';
import { scheduleOf, type LearntGraph } from '../sampling/signatures';
import { inTurns } from './turns';

const ddimSteps = 50;

function samplerSettings(graph: LearntGraph, { sampler = 'ddim', steps, eta = 0 }: Pick<contract.SampleRequest, 'sampler' | 'steps' | 'eta'>): contract.SamplerSettings {
  const all = scheduleOf(graph).steps;
  return sampler === 'ddim' ? { sampler, steps: steps ?? Math.min(ddimSteps, all), eta } : { sampler, steps: steps ?? all };
}

/** Arguments and results: preload/contract/inference.ts. */
export function inferenceHandlers(models: Models): Handlers {
  const { graph, first } = models;

  async function pair(home: string, run: string, device: string) {
    return { encode: await graph(home, run, 'encode', device), decode: await graph(home, run, 'decode', device) };
  }

  return inTurns({
    devices: () => models.devices(),

    async sample(args, work): Promise<contract.SampleResult> {
      const request = parsed(contract.sampleRequest, args);
      const { home, run, n, seed } = request;
      const device = await models.device(request.device);
      const { ability, graph: model } = await first(home, run, ['denoise', 'decode'], device);
      if (ability === 'decode') return { ...(await sampleLatents(model, n, seed, work)), device };
      const settings = samplerSettings(model, request);
      const { data, shape } = await sampleDiffusion(model, { n, seed, ...settings }, work);
      return { images: signedToBytes(data), shape, device, settings };
    },

    async denoiseStrip(args, work): Promise<contract.DenoiseStripResult> {
      const request = parsed(contract.denoiseStripRequest, args);
      const { home, run, n, seed, frames } = request;
      const device = await models.device(request.device);
      const model = await graph(home, run, 'denoise', device);
      const settings = samplerSettings(model, request);
      const { xt, x0, t, shape } = await denoiseStrip(model, { n, seed, frames, ...settings }, work);
      return { noisy: signedToBytes(xt), predicted: signedToBytes(x0), timesteps: t, shape, device, settings };
    },

    async encode(args, work): Promise<contract.EncodeResult> {
      const { home, run, dataset, device: wanted } = parsed(contract.encodeRequest, args);
      const device = await models.device(wanted);
      const model = await graph(home, run, 'encode', device);
      return withView(home, run, dataset, model, 'x', async (view) => ({ ...(await encodeDataset(model, view, work)), device }));
    },

    async reconstruct(args, work): Promise<contract.ReconstructResult> {
      const { home, run, dataset, n, split, device: wanted } = parsed(contract.reconstructRequest, args);
      const device = await models.device(wanted);
      const graphs = await pair(home, run, device);
      return withView(home, run, dataset, graphs.encode, 'x', async (view) => ({ ...(await reconstruct(graphs, view, { n, split }, work)), device }));
    },

    async interpolate(args, work): Promise<contract.InterpolateResult> {
      const { home, run, dataset, device: wanted, ...way } = parsed(contract.interpolateRequest, args);
      const device = await models.device(wanted);
      const graphs = await pair(home, run, device);
      return withView(home, run, dataset, graphs.encode, 'x', async (view) => ({ ...(await interpolateImages(graphs, view, way, work)), device }));
    },

    async decodeGrid(args, work): Promise<contract.DecodeGridResult> {
      const { home, run, device: wanted, ...plane } = parsed(contract.decodeGridRequest, args);
      const device = await models.device(wanted);
      return { ...(await decodeGrid(await graph(home, run, 'decode', device), plane, work)), device };
    },

    async evaluate(args, work): Promise<contract.EvaluateResult> {
      const { home, run, device: wanted, ...options } = parsed(contract.evaluateRequest, args);
      const device = await models.device(wanted);
      const { ability, graph: model } = await first(home, run, ['elbo', 'denoise'], device);
      if (ability === 'denoise') return withView(home, run, undefined, model, 'x_t', async (view) => ({ ...(await evaluateDiffusion(model, view, options, work)), device }));
      const encode = await graph(home, run, 'encode', device);
      return withView(home, run, undefined, model, 'x', async (view) => ({ ...(await evaluateLatent({ elbo: model, encode }, view, options, work)), device }));
    },

    ...diffusionHandlers(models),
    ...latentHandlers(models),
    ...networkHandlers(models),
  }, new Set([...promptDiffusionCalls, ...promptLatentCalls, ...networkCalls]));
}

