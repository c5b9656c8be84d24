/** @file What a graph is said to cost, against counts by hand. */

import { expect, test } from 'vitest';
import { Builder } from './builder';
import { flops } from './cost';

test('a product costs two operations for each of its multiply-adds', () => {
  const g = new Builder();
  const a = g.input('a', [5, 3]);
  const b = g.input('b', [5, 7]);
  expect(flops({ builder: g, inputs: [a, b], outputs: [{ name: 'y', value: g.matMul(a, b, true, false) }] })).toBe(2 * 3 * 5 * 7);
});

test('a convolution costs its kernel for each element that it gives, and each of its gradients the same', () => {
  const g = new Builder();
  const x = g.input('x', [2, 3, 8, 8]);
  const filter = g.input('filter', [4, 3, 3, 3]);
  const attrs = { strides: [2, 2], pads: [1, 1, 1, 1] } as never;
  const y = g.op('conv2d', [x, filter], attrs);
  const dx = g.op('conv2dInputGrad', [y, filter], { ...(attrs as object), inputShape: x.shape } as never);
  const df = g.op('conv2dFilterGrad', [x, y], { ...(attrs as object), filterShape: filter.shape } as never);
  const once = 2 * (2 * 4 * 4 * 4) * (3 * 3 * 3);
  expect(flops({ builder: g, inputs: [x, filter], outputs: [{ name: 'y', value: y }] })).toBe(once);
  expect(flops({ builder: g, inputs: [x, filter], outputs: [{ name: 'dx', value: dx }, { name: 'df', value: df }] })).toBe(3 * once);
});
