/** @file Sampling and evaluation through ONNX Runtime on each device, beside the same models in closed form. */

import { afterAll, describe, expect, it } from 'vitest';
import { engineDevices } from '../../e2e/harness/devices';
import { randomStream } from '../platform/random';
import { openGraph, type Graph } from '../runtime/graph';
import type { LabelledImages } from '../sampling/batches';
import { evaluateDiffusion } from './diffusion-evaluation';
import { evaluateLatent } from './latent-evaluation';
import { sampleDiffusion } from '../sampling/samplers';
import { gaussianDenoiser, linearAlphaBar, noWork } from '../sampling/scripted/gaussians';
import { linearGaussian } from '../sampling/scripted/linear-gaussian';
import { denoiserOnnx, elboOnnx, encoderOnnx } from '../sampling/scripted/onnx-models';

const image: [number, number, number] = [2, 2, 1];
const alphaBar = linearAlphaBar(100, 1e-3, 0.1);
const pixels = new Uint8Array(4 * 60);
{
  const draws = new Int32Array(pixels.length);
  randomStream(1, 'pixels', 0).fillIntegers(draws, 256);
  pixels.set(draws);
}
const images: LabelledImages = {
  count: (split) => (split === 'test' ? 60 : 0),
  labels: () => new Int32Array(60),
  read: (_split, indices, into) => Array.from(indices).forEach((index, i) => into.set(pixels.subarray(index * 4, index * 4 + 4), i * 4)),
};

describe.each(engineDevices())('on %s', (device) => {
  const opened: Graph[] = [];
  const open = async (onnx: Uint8Array): Promise<Graph> => {
    const graph = await openGraph(onnx, device);
    opened.push(graph);
    return graph;
  };
  afterAll(async () => {
    for (const graph of opened) await graph.dispose();
  });

  it('samples are those of the closed form, in every batch', async () => {
    const graph = await open(denoiserOnnx(0.6, alphaBar, image));
    // 300 images: a full batch of 256 and one of 44, at an offset of the result.
    const options = { n: 300, seed: 2, sampler: 'ddpm', steps: 10 } as const;
    const { data } = await sampleDiffusion(graph, options, noWork);
    const expected = await sampleDiffusion(gaussianDenoiser({ mean: 0, std: 0.6 }, alphaBar, image), options, noWork);
    data.forEach((x, i) => expect(x).toBeCloseTo(expected.data[i], 4));
  });

  it('the bound and the loss are those of the closed form', async () => {
    const graph = await open(denoiserOnnx(0.6, alphaBar, image));
    const found = await evaluateDiffusion(graph, images, {}, noWork);
    const expected = await evaluateDiffusion(gaussianDenoiser({ mean: 0, std: 0.6 }, alphaBar, image), images, {}, noWork);
    expect(found.loss).toBeCloseTo(expected.loss, 4);
    expect(found.bound).toBeCloseTo(expected.bound, 3);
  });

  it('the ELBO and the importance-weighted likelihood are those of the closed form', async () => {
    const model = { noise: 0.5, gain: 0.6, std: 0.5, draws: 10 };
    const graphs = { elbo: await open(elboOnnx({ ...model, image })), encode: await open(encoderOnnx(0.6, image)) };
    const found = await evaluateLatent(graphs, images, { samples: 25 }, noWork);
    const expected = await evaluateLatent(linearGaussian(model), images, { samples: 25 }, noWork);
    for (const key of ['negElbo', 'recon', 'kl', 'iwNll'] as const) expect(found[key]).toBeCloseTo(expected[key], 4);
    expect(found.activeUnits).toBe(expected.activeUnits);
  });
});
