/** @file Each device that engine tests are given really runs a graph: y = x + x, its ONNX bytes written out below. */

import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { engineDevices } from './devices';

/** A length-delimited protobuf field. */
const field = (tag: number, ...parts: (number[] | string)[]) => {
  const body = parts.flatMap((part) => (typeof part === 'string' ? [...Buffer.from(part)] : part));
  return [(tag << 3) | 2, body.length, ...body];
};
const float4 = field(2, field(1, [0x08, 1], field(2, field(1, [0x08, 4]))));
const graph = field(
  7,
  field(1, field(1, 'x'), field(1, 'x'), field(2, 'y'), field(4, 'Add')),
  field(2, 'double'),
  field(11, field(1, 'x'), float4),
  field(12, field(1, 'y'), float4),
);
const model = Uint8Array.from([0x08, 8, ...graph, ...field(8, [0x10, 17])]);

describe.each(engineDevices())('on %s', (device) => {
  test('y = x + x, with no fallback to another device', async () => {
    const extra = device === 'cpu' ? {} : { extra: { session: { disable_cpu_ep_fallback: '1' } } };
    const session = await InferenceSession.create(model, { executionProviders: [device], ...extra });
    const { y } = await session.run({ x: new Tensor('float32', [1, -2, 0.5, 3], [4]) });
    expect(y?.data).toEqual(Float32Array.of(2, -4, 1, 6));
    await session.release();
  });
});
