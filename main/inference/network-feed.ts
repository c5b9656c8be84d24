/** @file What goes into a network that is looked into: an image as its signature or its one input takes it, noised, or as latent numbers. */

import { LabError } from '../../preload/contract/errors';
import type { DrawingResult } from '../../preload/contract/network';
import type { ReadModel, ReadPort } from '../compiler/emit/read-model';
import { channelAxisOf, portLayout, sizeOfShape } from '../compiler/network/sizes';
import type { GraphInput } from '../runtime/graph';
import { toSigned, toUnit } from '../sampling/batches';
import { diffuse, firstNoise } from '../sampling/samplers';
import { scheduleOf, signatureOf, signatures, type ImageShape } from '../sampling/signatures';
import { checkTimestep } from './diffusion-forward';

export type Feed = DrawingResult['feed'];

/** As signatures are read: what a graph says of itself. */
const graphOf = ({ metadata }: ReadModel) => ({ metadata, inputs: [], outputs: [], run: () => Promise.reject(new LabError('internal', { detail: 'a file is not run' })) });

/** @throws LabError 'graph-metadata' of a denoising graph without a schedule */
export function feedOf(model: ReadModel, encodes: boolean): Feed {
  switch (signatureOf(model)) {
    case signatures.denoise:
      return { kind: 'noised', steps: scheduleOf(graphOf(model)).steps };
    case signatures.decode:
      return { kind: 'latent', encodes };
    default:
      return imagePort(model) ? { kind: 'image' } : { kind: 'none' };
  }
}

/** The input that takes the image: of a graph of ours x or x_t, else the only one there is. */
function imagePort(model: ReadModel): ReadPort | undefined {
  const { inputs } = model;
  const isOurs = signatureOf(model) === signatures.encode || signatureOf(model) === signatures.elbo || signatureOf(model) === signatures.denoise;
  const port = isOurs ? inputs.find(({ name }) => name === 'x' || name === 'x_t') : inputs.length === 1 ? inputs[0] : undefined;
  return port && port.dtype === realType && imageOf(port, model) ? port : undefined;
}

/** TensorProto.DataType.FLOAT */
const realType = 1;

/** The images that the network takes; undefined where it takes none. */
export function imageShapeOf(model: ReadModel): ImageShape | undefined {
  const port = imagePort(model);
  return port && imageOf(port, model);
}

/** Of grey or colour, with both sides told or free: then 64 pixels. */
function imageOf({ shape }: ReadPort, { metadata }: ReadModel): ImageShape | undefined {
  if (shape.length !== 4) return undefined;
  const size = sizeOfShape(closed(shape), portLayout(metadata));
  const image = size.kind === 'map' ? size : { height: 1, width: 1, channels: size.kind === 'vector' ? size.units : 0 };
  return image.channels === 1 || image.channels === 3 ? { height: image.height, width: image.width, channels: image.channels } : undefined;
}

const freeSide = 64;
const closed = (shape: ReadPort['shape']): number[] => shape.map((axis, i) => (typeof axis === 'number' && axis > 0 ? axis : i === 0 ? 1 : freeSide));

export interface Given {
  /** uint8 [H, W, C] */
  x0: Uint8Array;
  seed: number;
  t?: number;
}

/**
 * Inputs for one image, and what of it the eye can see: the image as it went in, as the network's range has it.
 * @throws LabError 'timestep-outside', 'network-input-unknown'
 */
export function imageInputs(model: ReadModel, { x0, seed, t }: Given): { inputs: Record<string, GraphInput>; shown: Float32Array; range: readonly [number, number] } {
  const port = imagePort(model);
  const shape = port && imageOf(port, model);
  if (!port || !shape || x0.length !== shape.height * shape.width * shape.channels) throw new LabError('network-input-unknown', { inputs: portWords(model) });
  const { height, width, channels } = shape;
  const inputs: Record<string, GraphInput> = {};
  const isSigned = model.metadata['genoise.range'] === '-1..1' || signatureOf(model) === signatures.denoise;
  let shown = isSigned ? toSigned(x0) : toUnit(x0);
  if (signatureOf(model) === signatures.denoise) {
    const schedule = scheduleOf(graphOf(model));
    const time = t ?? Math.floor(schedule.steps / 2) - 1;
    checkTimestep(time, schedule);
    shown = diffuse(shown, firstNoise(seed, [0], x0.length), Int32Array.of(time), schedule.alphaBar, x0.length);
    inputs['t'] = { data: Int32Array.of(time), shape: [1] };
  }
  const draws = signatureOf(model) === signatures.elbo ? model.inputs.find(({ name }) => name === 'eps') : undefined;
  if (draws) {
    const axes = [1, ...draws.shape.slice(1).map(Number)];
    inputs['eps'] = { data: firstNoise(seed, [0], axes.reduce((product, axis) => product * axis, 1)), shape: axes };
  }
  const last = channelAxisOf(closed(port.shape), portLayout(model.metadata)) === 3;
  inputs[port.name] = last ? { data: shown, shape: [1, height, width, channels] } : { data: channelsFirst(shown, shape), shape: [1, channels, height, width] };
  return { inputs, shown, range: isSigned ? [-1, 1] : [0, 1] };
}

/** [H, W, C] -> [C, H, W] */
export function channelsFirst(values: Float32Array, { height, width, channels }: ImageShape): Float32Array {
  const out = new Float32Array(values.length);
  const area = height * width;
  for (let i = 0; i < area; i++) for (let c = 0; c < channels; c++) out[c * area + i] = values[i * channels + c];
  return out;
}

export const portWords = ({ inputs }: ReadModel): string => inputs.map(({ name, shape }) => `${name} [${shape.join(', ')}]`).join('; ').slice(0, 300);
