/** @file What the shapes in an ONNX file say of a tensor: a grid of channels, a row of vectors, numbers. */

import type { TensorSize } from '../../../preload/contract/network';

export type Shapes = ReadonlyMap<string, readonly number[]>;

/** Colour and its kin: an axis of so few is the channels'. */
const fewChannels = 4;

/** ONNX's convolutions have channels first; a file from a framework that has them last keeps its ports so. */
function channelsLast([, a, b, c]: readonly number[]): boolean {
  return c <= fewChannels && a > fewChannels && b > fewChannels;
}

/** Of inputs and outputs, where the file tells: what has a signature of ours has channels last. */
export const portLayout = (metadata: Readonly<Record<string, string>>): 'NHWC' | undefined => (metadata['genoise.layout'] === 'NHWC' || metadata['genoise.signature'] ? 'NHWC' : undefined);

/** A tensor of one image: its first axis is the batch. @param layout of four axes, where it is known */
export function sizeOfShape(shape: readonly number[] | undefined, layout?: 'NHWC' | 'NCHW'): TensorSize {
  if (!shape || shape.some((axis) => axis <= 0)) return { kind: 'unknown' };
  const [, ...axes] = shape;
  switch (axes.length) {
    case 0:
      return { kind: 'scalar' };
    case 1:
      return { kind: 'vector', units: axes[0] };
    case 2:
      return { kind: 'sequence', length: axes[0], channels: axes[1] };
    case 3: {
      const [height, width, channels] = (layout ?? (channelsLast(shape) ? 'NHWC' : 'NCHW')) === 'NHWC' ? axes : [axes[1], axes[2], axes[0]];
      return height === 1 && width === 1 ? { kind: 'vector', units: channels } : { kind: 'map', height, width, channels };
    }
    default:
      return { kind: 'unknown' };
  }
}

/** Of a value with channels first or last, the axis that has them. */
export function channelAxisOf(shape: readonly number[], layout?: 'NHWC' | 'NCHW'): 1 | 3 {
  return (layout ?? (channelsLast(shape) ? 'NHWC' : 'NCHW')) === 'NHWC' ? 3 : 1;
}

export const elementsOf = (shape: readonly number[]): number => shape.reduce((product, axis) => product * axis, 1);
