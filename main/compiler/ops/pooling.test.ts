/** @file Pooling where random numbers never go: ties, and borders whose padding could be taken for a pixel. */

import { describe, expect, it } from 'vitest';
import { compiledGradients, runGraph, type Operand } from '../../../e2e/harness/conformance';
import { engineDevices } from '../../../e2e/harness/devices';
import { gradients } from '../grad/grad';

const operand = (data: number[], shape: number[]): Operand => ({ data: Float32Array.from(data), shape, dtype: 'float32' });
const padded = { size: [2, 2], strides: [1, 1], pads: [1, 1, 0, 0] } as never;

describe.each(engineDevices())('on %s', (device) => {
  // As after a ReLU: windows of zeros, and of equal maxima.
  const x = operand([0, 0, 2, 0, 0, 2, 1, 1, 2], [1, 1, 3, 3]);
  const w = Float32Array.of(1, 2, 4, 8, 16, 32, 64, 128, 256);

  it('the first of equal maxima gets the whole gradient, padding none', async () => {
    const [dx] = await compiledGradients(device, 'maxPool', [x], padded, w);
    // Each window ends at the pixel of its weight.
    expect(Array.from(dx)).toEqual([1 + 2 + 8 + 16, 0, 4 + 32, 0, 0, 256, 64 + 128, 0, 0]);
    expect(dx.reduce((a, b) => a + b)).toBe(511);
  });

  it('negative pixels beat the padding', async () => {
    const below = operand([-5, -4, -3, -2], [1, 1, 2, 2]);
    const { y } = await runGraph(device, [below], (g, [v]) => ({ y: g.op('maxPool', [v], padded) }));
    expect(Array.from(y.data)).toEqual([-5, -4, -3, -2]);
    const [dx] = await compiledGradients(device, 'maxPool', [below], padded, Float32Array.of(1, 2, 4, 8));
    expect(Array.from(dx)).toEqual([1, 2, 4, 8]);
  });

  it('(max x)^2 curves at the maximum alone', async () => {
    const { hessianTimesV } = await runGraph(device, [operand([1, -3, 2, 0.5], [1, 1, 2, 2])], (g, [v]) => {
      const y = g.sum(g.op('maxPool', [v], { size: [2, 2], strides: [2, 2], pads: [0, 0, 0, 0] }), [0, 1, 2, 3]);
      const [dx] = gradients(g, g.mul(y, y), [v]);
      const [second] = gradients(g, g.sum(g.mul(dx, g.constant(Float32Array.of(5, 6, 7, 8), v.shape)), [0, 1, 2, 3]), [v]);
      return { hessianTimesV: second };
    });
    expect(Array.from(hessianTimesV.data)).toEqual([0, 0, 2 * 7, 0]);
  });

  it('at a border the mean is of the pixels there are', async () => {
    const { y } = await runGraph(device, [operand([1, 2, 3, 4], [1, 1, 2, 2])], (g, [v]) => ({ y: g.op('avgPool', [v], padded) }));
    expect(Array.from(y.data)).toEqual([1, 1.5, 2, 2.5]);
    const [dx] = await compiledGradients(device, 'avgPool', [operand([1, 2, 3, 4], [1, 1, 2, 2])], padded, Float32Array.of(1, 1, 1, 1));
    expect(Array.from(dx)).toEqual([1 + 0.5 + 0.5 + 0.25, 0.75, 0.75, 0.25]);
  });
});
