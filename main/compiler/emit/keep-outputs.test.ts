/** @file A model with some of its outputs: the same values, and the nodes of the others gone. */

import { expect, it } from 'vitest';
import { openGraph } from '../../runtime/graph';
import { elboOnnx } from '../../sampling/scripted/onnx-models';
import { keepOutputs, readMetadata } from './onnx';

it('gives what the whole model gives, and needs nothing of what is not kept', async () => {
  const onnx = elboOnnx({ noise: 0.5, gain: 0.8, std: 0.4, draws: 3, image: [2, 2, 1] });
  const part = keepOutputs(onnx, ['kl']);
  expect(readMetadata(part)).toEqual(readMetadata(onnx));
  expect(part.length).toBeLessThan(0.7 * onnx.length);
  const [whole, kept] = [await openGraph(onnx, 'cpu'), await openGraph(part, 'cpu')];
  const inputs = (eps: number) => ({ x: { data: Float32Array.of(0.1, 0.2, 0.3, 0.4), shape: [1, 2, 2, 1] }, eps: { data: new Float32Array(12).fill(eps), shape: [1, 3, 4] } });
  expect(kept.outputs.map(({ name }) => name)).toEqual(['kl']);
  const expected = (await whole.run(inputs(1))).kl;
  expect((await kept.run(inputs(1))).kl).toEqual(expected);
  // The draws reach only what was left out: no number of theirs can spoil the rest.
  expect((await kept.run(inputs(NaN))).kl).toEqual(expected);
  await Promise.all([whole.dispose(), kept.dispose()]);
});
