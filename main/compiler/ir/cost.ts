/** @file What a graph costs: the arithmetic of its products and convolutions. */

import { valuesOf, type Graph } from './graph';
import type { OpAttrs, Value } from './op';
import { sizeOf } from './shapes';

/** Floating-point operations, two a multiply-add, of matrix products and convolutions done directly; the rest moves memory and is not counted. */
export function flops(graph: Graph): number {
  let total = 0;
  for (const value of valuesOf(graph)) total += 2 * multiplyAdds(value);
  return total;
}

function multiplyAdds({ op, inputs, attrs, shape }: Value): number {
  switch (op) {
    case 'matMul':
    case 'gemm': {
      const { transposeA } = attrs as OpAttrs['matMul'];
      return sizeOf(shape) * inputs[0].shape.at(transposeA ? -2 : -1)!;
    }
    case 'conv2d':
      return sizeOf(shape) * sizeOf(inputs[1].shape.slice(1));
    // The gradients redo the convolution's products: each element of dy meets the kernel once.
    case 'conv2dInputGrad':
      return sizeOf(inputs[0].shape) * sizeOf(inputs[1].shape.slice(1));
    case 'conv2dFilterGrad':
      return sizeOf(inputs[1].shape) * sizeOf(shape.slice(1));
    default:
      return 0;
  }
}
