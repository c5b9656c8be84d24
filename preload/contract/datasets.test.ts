/** @file The view a run takes by default. */

import { expect, it } from 'vitest';
import { defaultView } from './datasets';

type Size = [number, number];
it.each<[string, Size, Size, Size | null, 1 | 3 | 4, object]>([
  ['MNIST as it is', [28, 28], [28, 28], [28, 28], 1, { height: 28, width: 28, channels: 1 }],
  ['CIFAR as it is', [32, 32], [32, 32], [32, 32], 3, { height: 32, width: 32, channels: 3 }],
  ['64 x 48 as it is, transparency as RGB', [48, 64], [48, 64], [48, 64], 4, { height: 48, width: 64, channels: 3 }],
  ['one side over 64', [20, 65], [20, 65], [20, 65], 1, { height: 64, width: 64, channels: 1 }],
  ['photographs', [300, 400], [2000, 3000], null, 3, { height: 64, width: 64, channels: 3 }],
  ['small ones of mixed sizes', [10, 12], [63, 40], null, 3, { height: 32, width: 32, channels: 3 }],
  ['some small, some large', [10, 12], [64, 40], null, 3, { height: 64, width: 64, channels: 3 }],
])('%s', (_name, min, max, common, channels, view) => {
  expect(defaultView({ sizes: { min, max, common }, channels })).toEqual({ ...view, fit: 'crop' });
});
