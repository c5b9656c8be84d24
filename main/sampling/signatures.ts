/** @file What a trained model can do, told by its graphs' signatures and metadata, never by its method. */

import { z } from 'zod';
import { LabError } from '../../preload/contract/errors';
import type { Graph, GraphOutput } from '../runtime/graph';

/** One graph of a trained model, ready to run. */
export type LearntGraph = Pick<Graph, 'inputs' | 'outputs' | 'metadata' | 'run'>;

/**
 * Images are NHWC float32. B is the batch, D the latent size, K the draws a pass makes for each image.
 * - encode: x [B, H, W, C] in [0, 1] -> z [B, D], the posterior's mean
 * - decode: z [B, D] -> x [B, H, W, C] in [0, 1]
 * - elbo: x, eps [B, K, D] ~ N(0, I) -> recon [B, K] = log p(x | z_k), kl [B, D] a dimension, logWeight [B, K] = log p(x, z_k) - log q(z_k | x); nats
 * - denoise: x_t [B, H, W, C] of data in [-1, 1], t [B] int32 in 0..T-1 -> eps [B, H, W, C]
 */
export const signatures = {
  encode: 'encode(x)->z',
  decode: 'decode(z)->x',
  elbo: 'elbo(x,eps)->recon,kl,logWeight',
  denoise: 'denoise(x_t,t)->eps',
} as const;
export type Ability = keyof typeof signatures;

/** A graph's signature, without blanks. Empty when it has none. */
export const signatureOf = (graph: Pick<LearntGraph, 'metadata'>): string => (graph.metadata['genoise.signature'] ?? '').replaceAll(/\s/g, '');

export interface ImageShape {
  height: number;
  width: number;
  channels: number;
}

/** Shape of input `name` without the batch. @throws LabError 'graph-malformed' where it is absent or not `rank` whole numbers. */
export const inputShape = (graph: LearntGraph, name: string, rank: number): number[] => portShape(graph, graph.inputs, name, rank);

/** The same of output `name`. */
export const outputShape = (graph: LearntGraph, name: string, rank: number): number[] => portShape(graph, graph.outputs, name, rank);

function portShape(graph: LearntGraph, ports: LearntGraph['inputs'], name: string, rank: number): number[] {
  const shape = ports.find((port) => port.name === name)?.shape.slice(1);
  if (shape?.length !== rank || !shape.every((axis): axis is number => typeof axis === 'number')) {
    const got = ports.map((port) => `${port.name} [${port.shape.join(', ')}]`).join('; ');
    throw new LabError('graph-malformed', { signature: signatureOf(graph), expected: `${name} [batch${', n'.repeat(rank)}]`, got });
  }
  return shape;
}

/** Shape of the images that input `name` takes. */
export function imageShape(graph: LearntGraph, name: string): ImageShape {
  const [height, width, channels] = inputShape(graph, name, 3);
  return { height, width, channels };
}

/**
 * Output `name` of a run, which has to be of `shape` and finite.
 * @throws LabError 'graph-malformed', 'model-not-finite'
 */
export function takeOutput(graph: LearntGraph, outputs: Record<string, GraphOutput>, name: string, shape: readonly number[]): Float32Array {
  const output = outputs[name];
  const size = shape.reduce((product, axis) => product * axis, 1);
  if (output?.data.length !== size) {
    const got = Object.entries(outputs).map(([key, value]) => `${key} [${value.shape.join(', ')}]`).join('; ');
    throw new LabError('graph-malformed', { signature: signatureOf(graph), expected: `${name} [${shape.join(', ')}]`, got });
  }
  let sum = 0;
  for (let i = 0; i < size; i++) sum += output.data[i];
  // A sum of finite float32s is finite in float64; NaN and infinities stay.
  if (!Number.isFinite(sum)) throw new LabError('model-not-finite', { signature: signatureOf(graph), output: name });
  return output.data;
}

/** `alphaBar[t]` = prod (1 - beta), t from 0 to steps - 1. */
export interface Schedule {
  kind: string;
  steps: number;
  alphaBar: number[];
}

const scheduleForm = z
  .object({ kind: z.string(), steps: z.int().min(1), alphaBar: z.array(z.number().gt(0).lt(1)) })
  .refine(({ steps, alphaBar }) => alphaBar.length === steps, 'alphaBar has not `steps` values')
  .refine(({ alphaBar }) => alphaBar.every((value, t) => t === 0 || value < alphaBar[t - 1]), 'alphaBar does not fall');

/** The noise schedule that a denoising graph carries. @throws LabError 'graph-metadata' */
export function scheduleOf(graph: LearntGraph): Schedule {
  const key = 'genoise.schedule';
  const text = graph.metadata[key] ?? '';
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new LabError('graph-metadata', { signature: signatureOf(graph), key, got: text.slice(0, 80) });
  }
  const schedule = scheduleForm.safeParse(json);
  if (!schedule.success) throw new LabError('graph-metadata', { signature: signatureOf(graph), key, got: schedule.error.issues[0].message });
  return schedule.data;
}
