/** @file Grid sampling against its definition in float64, eagerly and compiled on each device: values, first and second derivatives to image and grid. */

import '@tensorflow/tfjs-core/dist/register_all_gradients';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { dot, worstError, type Operand } from '../../e2e/harness/conformance';
import { engineDevices } from '../../e2e/harness/devices';
import { emit, shareConstants } from '../compiler/emit/emit';
import { encodeModel } from '../compiler/emit/onnx';
import { gradients } from '../compiler/grad/grad';
import { Builder } from '../compiler/ir/builder';
import { trace } from '../compiler/trace/trace';
import { randomStream } from '../platform/random';
import { openGraph } from '../runtime/graph';
import type { ProviderId } from '../runtime/sessions';
import { targetOf } from '../runtime/targets';
import { gridSample, type GridSampleOptions } from './resampling';

beforeAll(async () => void (await tf.setBackend('cpu')));

const draw = (stream: string, length: number, range?: [number, number]): Float32Array => {
  const out = new Float32Array(length);
  const random = randomStream(3, stream, 1);
  if (!range) {
    random.fillNormal(out);
    return out;
  }
  random.fillUniform(out);
  return out.map((u) => range[0] + u * (range[1] - range[0]));
};

interface Case {
  name: string;
  x: number[];
  grid: number[];
  range: [number, number];
  options: Required<GridSampleOptions>;
}
const cases: Case[] = [
  { name: 'inside, 2-D', x: [2, 4, 5, 3], grid: [2, 3, 2, 2], range: [-0.7, 0.7], options: { padding: 'zeros', alignCorners: false } },
  { name: 'beyond the edge, 2-D, zeros', x: [2, 3, 5, 2], grid: [2, 7, 2], range: [-1.6, 1.6], options: { padding: 'zeros', alignCorners: false } },
  { name: 'beyond the edge, 2-D, border', x: [1, 3, 5, 2], grid: [1, 4, 3, 2], range: [-1.6, 1.6], options: { padding: 'border', alignCorners: true } },
  { name: 'corners aligned, 2-D, zeros', x: [1, 4, 1, 1], grid: [1, 6, 2], range: [-1.3, 1.3], options: { padding: 'zeros', alignCorners: true } },
  { name: 'inside, 3-D', x: [2, 3, 4, 5, 2], grid: [2, 4, 3], range: [-0.8, 0.8], options: { padding: 'zeros', alignCorners: true } },
  { name: 'beyond the edge, 3-D, border', x: [1, 3, 2, 4, 2], grid: [1, 2, 3, 3], range: [-1.5, 1.5], options: { padding: 'border', alignCorners: false } },
];

/** y = sum over all pixels i of x_i prod_d max(0, 1 - |u_d - i_d|): the definition, in float64. */
function sampled(x: ArrayLike<number>, xShape: number[], grid: ArrayLike<number>, { padding, alignCorners }: Required<GridSampleOptions>): number[] {
  const [batch, ...rest] = xShape;
  const sizes = rest.slice(0, -1);
  const channels = rest[rest.length - 1];
  const axes = sizes.length;
  const pixels = sizes.reduce((a, b) => a * b, 1);
  const perImage = grid.length / axes / batch;
  const out = new Array<number>(batch * perImage * channels).fill(0);
  for (let m = 0; m < batch * perImage; m++) {
    const u = sizes.map((n, axis) => {
      const g = grid[m * axes + (axes - 1 - axis)];
      const free = alignCorners ? ((g + 1) / 2) * (n - 1) : ((g + 1) * n - 1) / 2;
      return padding === 'border' ? Math.min(n - 1, Math.max(0, free)) : free;
    });
    for (let i = 0; i < pixels; i++) {
      let left = i;
      let weight = 1;
      for (let axis = axes - 1; axis >= 0; axis--) {
        weight *= Math.max(0, 1 - Math.abs(u[axis] - (left % sizes[axis])));
        left = Math.floor(left / sizes[axis]);
      }
      if (weight === 0) continue;
      const image = Math.floor(m / perImage);
      for (let c = 0; c < channels; c++) out[m * channels + c] += weight * x[(image * pixels + i) * channels + c];
    }
  }
  return out;
}

const operandsOf = ({ name, x, grid, range }: Case): [Operand, Operand] => [
  { data: draw(`${name} x`, x.reduce((a, b) => a * b, 1)), shape: x, dtype: 'float32' },
  { data: draw(`${name} grid`, grid.reduce((a, b) => a * b, 1), range), shape: grid, dtype: 'float32' },
];

/** sum(w y), by the definition. */
const weighted = ({ options }: Case, x: ArrayLike<number>, xShape: number[], grid: ArrayLike<number>, w: Float32Array): number =>
  sampled(x, xShape, grid, options).reduce((sum, y, i) => sum + y * w[i], 0);

/** d f / d each element by central differences in float64. Kinks lie between pixels, further than `step` away from these points. */
function numericGradient(f: (data: Float64Array) => number, data: ArrayLike<number>, step: number): Float64Array {
  const at = Float64Array.from(data);
  return at.map((value, i) => {
    at[i] = value + step;
    const above = f(at);
    at[i] = value - step;
    const below = f(at);
    at[i] = value;
    return (above - below) / (2 * step);
  });
}

/** y, dx, dgrid, and the gradient of <vx, dx> + <vgrid, dgrid> to both: compiled. */
async function compiled(device: ProviderId, c: Case, operands: Operand[], w: Float32Array, v: Float32Array[]) {
  const g = new Builder();
  const inputs = operands.map((o, i) => g.input(`x${i}`, o.shape));
  const y = trace(g, (recording) => recording.valueFor(gridSample(recording.tensorOf(inputs[0]), recording.tensorOf(inputs[1]), c.options)));
  const all = (shape: number[]) => shape.map((_, i) => i);
  const first = gradients(g, g.sum(g.mul(y, g.constant(w, y.shape)), all(y.shape)), inputs);
  const along = first.map((d, k) => g.sum(g.mul(d, g.constant(v[k], d.shape)), all(d.shape))).reduce((a, b) => g.add(a, b));
  const second = gradients(g, along, inputs);
  const outputs = { y, dx: first[0], dgrid: first[1], hx: second[0], hgrid: second[1] };
  const model = emit({ builder: g, inputs, outputs: Object.entries(outputs).map(([name, value]) => ({ name, value })) }, await targetOf(device));
  const graph = await openGraph(encodeModel(shareConstants(model)), device, { strict: device !== 'cpu' });
  try {
    const out = await graph.run(Object.fromEntries(operands.map(({ data, shape }, i) => [`x${i}`, { data, shape }])));
    return Object.fromEntries(Object.entries(out).map(([name, { data }]) => [name, data]));
  } finally {
    await graph.dispose();
  }
}

describe.each(engineDevices())('grid sampling on %s', (device) => {
  it.each(cases.map((c) => [c.name, c] as const))('%s', async (_, c) => {
    const [x, grid] = operandsOf(c);
    const w = draw(`${c.name} w`, (grid.data.length / c.grid[c.grid.length - 1]) * c.x[c.x.length - 1]);
    const v = [draw(`${c.name} vx`, x.data.length), draw(`${c.name} vgrid`, grid.data.length)];
    const out = await compiled(device, c, [x, grid], w, v);
    expect(worstError(out.y, sampled(x.data, c.x, grid.data, c.options))).toBeLessThan(1e-5);
    const step = 1e-6;
    const gradientX = (gridData: ArrayLike<number>) => numericGradient((data) => weighted(c, data, c.x, gridData, w), x.data, step);
    const gradientGrid = (xData: ArrayLike<number>, gridData: ArrayLike<number>) => numericGradient((data) => weighted(c, xData, c.x, data, w), gridData, step);
    expect(worstError(out.dx, gradientX(grid.data)), 'to the image').toBeLessThan(1e-4);
    expect(worstError(out.dgrid, gradientGrid(x.data, grid.data)), 'to the grid').toBeLessThan(1e-4);
    // H v = (grad(at + h v) - grad(at - h v)) / 2h
    const h = 1e-4;
    const moved = (data: ArrayLike<number>, by: Float32Array, sign: number) => Float64Array.from(data, (value, i) => value + sign * h * by[i]);
    const numericX = (() => {
      const [above, below] = [1, -1].map((sign) => gradientX(moved(grid.data, v[1], sign)));
      return above.map((a, i) => (a - below[i]) / (2 * h));
    })();
    const numericGrid = (() => {
      const [above, below] = [1, -1].map((sign) => gradientGrid(moved(x.data, v[0], sign), moved(grid.data, v[1], sign)));
      return above.map((a, i) => (a - below[i]) / (2 * h));
    })();
    expect(worstError(out.hx, numericX), 'second derivative, image').toBeLessThan(1e-3);
    expect(worstError(out.hgrid, numericGrid), 'second derivative, grid').toBeLessThan(1e-3);
    expect(dot([out.hgrid], [v[1]])).not.toBe(0);
  });
});

it.each(cases.map((c) => [c.name, c] as const))('eagerly: %s', (_, c) => {
  const [x, grid] = operandsOf(c);
  tf.tidy(() => {
    const y = gridSample(tf.tensor(x.data, c.x), tf.tensor(grid.data, c.grid), c.options);
    expect(worstError(y.dataSync(), sampled(x.data, c.x, grid.data, c.options))).toBeLessThan(1e-5);
    const w = draw(`${c.name} w`, y.size);
    const [dx, dgrid] = tf.grads((a, b) => tf.sum(tf.mul(gridSample(a, b, c.options), tf.tensor(w, y.shape))))([tf.tensor(x.data, c.x), tf.tensor(grid.data, c.grid)]);
    expect(worstError(dx.dataSync(), numericGradient((data) => weighted(c, data, c.x, grid.data, w), x.data, 1e-6))).toBeLessThan(1e-4);
    expect(worstError(dgrid.dataSync(), numericGradient((data) => weighted(c, x.data, c.x, data, w), grid.data, 1e-6))).toBeLessThan(1e-4);
  });
});

it('a grid that does not fit is refused', () => {
  expect(() => gridSample(tf.zeros([2, 3, 3, 1]), tf.zeros([2, 4, 3]))).toThrow('a grid of [2,4,3] for images of [2,3,3,1]');
  expect(() => gridSample(tf.zeros([2, 3, 3, 1]), tf.zeros([1, 4, 2]))).toThrow('a grid of [1,4,2]');
});
