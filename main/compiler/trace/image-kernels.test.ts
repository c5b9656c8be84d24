/** @file What method code says with tfjs and nn/ about images, compiled with a free batch axis: the same values as eager tfjs gives, its attributes and defaults read right. */

import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { worstError } from '../../../e2e/harness/conformance';
import { conv1d, convTranspose2d, depthwiseConv2d, groupedConv2d } from '../../nn/convolutions';
import { conv2d } from '../../nn/layers';
import { Params, type ParamSpec } from '../../nn/params';
import { depthToSpace, edgePad, spaceToDepth } from '../../nn/resampling';
import { randomStream } from '../../platform/random';
import { openGraph } from '../../runtime/graph';
import { compileGraph } from '../compile-graph';
import { bakeInputs } from '../emit/onnx';
import { cpuTarget } from '../emit/target';

const draw = (name: string, shape: readonly number[]): Float32Array => {
  const out = new Float32Array(shape.reduce((a, b) => a * b, 1));
  randomStream(5, name, 1).fillNormal(out);
  return out;
};
const fixed = (name: string, shape: number[]): tf.Tensor4D => tf.tensor4d(draw(name, shape), shape as [number, number, number, number]);

type Layer = (x: tf.Tensor4D, p: Params) => tf.Tensor;

/** The largest difference between the compiled layer and the eager one, at a batch of 3. */
async function difference(layer: Layer, shape: [number, number, number]): Promise<number> {
  const [height, width, channels] = shape;
  const specs: ParamSpec[] = [];
  const data = draw('x', [3, ...shape]);
  const eager = tf.tidy(() => {
    const params = new Params((spec) => {
      specs.push(spec);
      return tf.tensor(draw(spec.name, spec.shape), spec.shape);
    });
    const y = layer(tf.tensor<tf.Rank.R4>(data, [3, height, width, channels]), params);
    return { data: y.dataSync(), shape: y.shape };
  });
  const compiled = compileGraph('layer', { signature: 'f(x)->y', inputs: { x: { shape } }, run: (p, { x }) => ({ y: layer(x as tf.Tensor4D, p) }) }, cpuTarget);
  const graph = await openGraph(bakeInputs(compiled.onnx, new Map(specs.map((s) => [`param/${s.name}`, draw(s.name, s.shape)]))), 'cpu');
  try {
    const { y } = await graph.run({ x: { data, shape: [3, ...shape] } });
    expect(y.shape).toEqual(eager.shape);
    return worstError(y.data, eager.data);
  } finally {
    await graph.dispose();
  }
}

const image: [number, number, number] = [7, 6, 4];
const line = (x: tf.Tensor4D) => tf.reshape<tf.Rank.R3>(x, [x.shape[0], 42, 4]);
const f = () => fixed('f', [3, 3, 4, 5]);
const wide = () => fixed('wide', [2, 3, 4, 5]);
const d = () => fixed('d', [3, 2, 4, 2]);
const t = () => fixed('t', [3, 3, 5, 4]); // [kh, kw, out, in]

const layers: Record<string, Layer> = {
  'conv2d same, stride 2': (x) => tf.conv2d(x, f(), 2, 'same'),
  'conv2d valid, dilated': (x) => tf.conv2d(x, f(), 1, 'valid', 'NHWC', 2),
  'conv2d same, dilated by 1 and 2': (x) => tf.conv2d(x, wide(), 1, 'same', 'NHWC', [1, 2]),
  'conv1d': (x) => tf.conv1d(line(x), tf.reshape<tf.Rank.R3>(fixed('line', [1, 5, 4, 3]), [5, 4, 3]), 2, 'same'),
  'conv1d, dilated': (x) => tf.conv1d(line(x), tf.reshape<tf.Rank.R3>(fixed('line', [1, 5, 4, 3]), [5, 4, 3]), 1, 'valid', 'NWC', 3),
  'depthwiseConv2d same': (x) => tf.depthwiseConv2d(x, d(), 1, 'same'),
  'depthwiseConv2d valid, stride 2': (x) => tf.depthwiseConv2d(x, d(), 2, 'valid'),
  'depthwiseConv2d, dilated': (x) => tf.depthwiseConv2d(x, d(), 1, 'same', 'NHWC', [2, 1]),
  'separableConv2d': (x) => tf.separableConv2d(x, d(), fixed('p', [1, 1, 8, 3]), 1, 'same'),
  'conv2dTranspose same, stride 2': (x) => tf.conv2dTranspose(x, t(), [x.shape[0], 14, 12, 5], 2, 'same'),
  'conv2dTranspose same to an odd size': (x) => tf.conv2dTranspose(x, t(), [x.shape[0], 13, 11, 5], 2, 'same'),
  'conv2dTranspose valid, stride 3': (x) => tf.conv2dTranspose(x, t(), [x.shape[0], 21, 18, 5], 3, 'valid'),
  'conv2dTranspose valid, stride 1': (x) => tf.conv2dTranspose(x, t(), [x.shape[0], 9, 8, 5], 1, 'valid'),
  'avgPool same 3 / 2': (x) => tf.avgPool(x, 3, 2, 'same'),
  'avgPool valid 2 x 3 / 1': (x) => tf.avgPool(x, [2, 3], 1, 'valid'),
  'avgPool padded by 1, rounded up': (x) => tf.avgPool(x, 4, 3, 1, 'ceil'),
  'maxPool same 3 / 2': (x) => tf.maxPool(x, 3, 2, 'same'),
  'maxPool valid 2 / 2': (x) => tf.maxPool(x, 2, 2, 'valid'),
  'maxPool padded by 1, rounded up': (x) => tf.maxPool(x, 3, 2, 1, 'ceil'),
  'mean over the image': (x) => tf.mean(x, [1, 2]),
  'max over the image': (x) => tf.max(x, [1, 2], true),
  'mirrorPad reflect': (x) => tf.mirrorPad(x, [[0, 0], [2, 1], [1, 3], [0, 0]], 'reflect'),
  'mirrorPad symmetric': (x) => tf.mirrorPad(x, [[0, 0], [2, 1], [1, 3], [0, 0]], 'symmetric'),
  'mirrorPad between convolutions': (x) => tf.conv2d(tf.mirrorPad(tf.conv2d(x, f(), 1, 'same'), [[0, 0], [1, 1], [1, 1], [0, 0]], 'reflect'), fixed('g', [3, 3, 5, 2]), 1, 'valid'),
  'resizeBilinear': (x) => tf.image.resizeBilinear(x, [11, 4]),
  'resizeBilinear, corners aligned': (x) => tf.image.resizeBilinear(x, [5, 13], true),
  'resizeBilinear, half-pixel centres': (x) => tf.image.resizeBilinear(x, [14, 5], false, true),
  'resizeNearestNeighbor': (x) => tf.image.resizeNearestNeighbor(x, [11, 4]),
  'resizeNearestNeighbor by 2': (x) => tf.image.resizeNearestNeighbor(x, [14, 12]),
  'resizeNearestNeighbor by 3, half-pixel centres': (x) => tf.image.resizeNearestNeighbor(x, [21, 18], false, true),
  'resizeNearestNeighbor, corners aligned': (x) => tf.image.resizeNearestNeighbor(x, [14, 12], true),
  'resizeNearestNeighbor, half-pixel centres': (x) => tf.image.resizeNearestNeighbor(x, [5, 9], false, true),
  'depthToSpace of tfjs': (x) => tf.depthToSpace(x, 2, 'NHWC'),
  'depthToSpace': (x) => depthToSpace(x, 2),
  'depthToSpace against that of tfjs': (x) => tf.sub(depthToSpace(x, 2), tf.depthToSpace(x, 2, 'NHWC')),
  'spaceToDepth': (x) => spaceToDepth(tf.slice(x, [0, 1, 0, 0], [-1, 6, 6, -1]), 3),
  'edgePad': (x) => edgePad(x, [[0, 0], [2, 0], [1, 3], [0, 0]]),
  'groupedConv2d': (x) => groupedConv2d(x, fixed('grouped', [3, 2, 2, 6]), { strides: [1, 2], pads: [1, 0, 2, 1], dilations: [2, 1], groups: 2 }),
  'layer conv2d, dilated': (x, p) => conv2d(p, x, 3, { dilation: 2 }),
  'layer conv2d, grouped': (x, p) => conv2d(p, x, 6, { groups: 2, stride: 2 }),
  'layer depthwiseConv2d': (x, p) => depthwiseConv2d(p, x, { kernel: 5, stride: 2, multiplier: 2 }),
  'layer convTranspose2d same': (x, p) => convTranspose2d(p, x, 3),
  'layer convTranspose2d valid': (x, p) => convTranspose2d(p, x, 3, { kernel: 2, stride: 3, pad: 'valid' }),
  'layer conv1d': (x, p) => conv1d(p, line(x), 3, { kernel: 5, stride: 2 }),
  'layer conv1d, causal': (x, p) => conv1d(p, line(x), 3, { kernel: 2, dilation: 4, pad: 'causal' }),
};

describe('compiled equals eager on cpu', () => {
  it.each(Object.entries(layers))('%s', async (_, layer) => {
    expect(await difference(layer, image)).toBeLessThan(1e-5);
  });
});

it('a causal convolution sees nothing later', () => {
  const params = new Params((spec) => tf.tensor(draw(spec.name, spec.shape), spec.shape));
  const x = draw('x', [1, 20, 2]);
  const run = (data: Float32Array) => conv1d(params, tf.tensor3d(data, [1, 20, 2]), 3, { kernel: 3, dilation: 2, pad: 'causal' }).dataSync();
  const before = run(x);
  const after = run(x.map((v, i) => (i >= 2 * 12 ? v + 1 : v)));
  expect(after.slice(0, 3 * 12)).toEqual(before.slice(0, 3 * 12));
  expect(after[3 * 12]).not.toBe(before[3 * 12]);
});

it('pads that leave a window nothing but padding are refused', () => {
  const refused = () => compileGraph('p', { signature: 'f(x)->y', inputs: { x: { shape: [4, 4, 1] } }, run: (_, { x }) => ({ y: tf.maxPool(x as tf.Tensor4D, 2, 2, 2, 'floor') }) }, cpuTarget);
  expect(refused).toThrow('a window would hold padding alone');
});
