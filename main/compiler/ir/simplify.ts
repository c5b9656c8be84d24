/** @file What is simplified while building: identities that hold for every input, and constants. Never a change of a result beyond rounding. */

import type { Builder } from './builder';
import type { Op, OpAttrs, Value } from './op';
import { broadcastShapes, isIdentityPerm, permute, sameShape, sizeOf } from './shapes';

/** A value equal to op(inputs) that costs less, if one is known. */
export function simplify<K extends Op>(g: Builder, op: K, inputs: readonly Value[], attrs: OpAttrs[K]): Value | undefined {
  const [a, b] = inputs;
  switch (op) {
    case 'reshape': {
      const { shape } = attrs as OpAttrs['reshape'];
      if (sameShape(a.shape, shape)) return a;
      if (a.op === 'reshape') return g.reshape(a.inputs[0], shape);
      if (a.op === 'broadcastTo' && sizeOf(a.inputs[0].shape) === 1) return g.broadcastTo(g.reshape(a.inputs[0], []), shape);
      if (a.op === 'constant') return g.constant(g.constants.get((a as Value<'constant'>).attrs.key)!, shape, a.dtype);
      return undefined;
    }
    case 'transpose': {
      const { perm } = attrs as OpAttrs['transpose'];
      if (isIdentityPerm(perm)) return a;
      if (a.op === 'transpose') return g.transpose(a.inputs[0], permute((a as Value<'transpose'>).attrs.perm, perm));
      // Moving only axes of size 1 moves no data.
      const moving = perm.filter((p) => a.shape[p] !== 1);
      if (moving.every((p, i) => i === 0 || moving[i - 1] < p)) return g.reshape(a, permute(a.shape, perm));
      return undefined;
    }
    case 'broadcastTo': {
      const { shape } = attrs as OpAttrs['broadcastTo'];
      if (sameShape(a.shape, shape)) return a;
      if (a.op === 'broadcastTo') return g.broadcastTo(a.inputs[0], shape);
      return undefined;
    }
    case 'cast':
      return a.dtype === (attrs as OpAttrs['cast']).to ? a : undefined;
    case 'sum': case 'mean': case 'max': case 'min': {
      const { axes, keepDims } = attrs as OpAttrs['sum'];
      if (axes.every((axis) => a.shape[axis] === 1)) return keepDims ? a : g.reshape(a, a.shape.filter((_, i) => !axes.includes(i)));
      return undefined;
    }
    case 'slice': {
      const { begin, size } = attrs as OpAttrs['slice'];
      return begin.every((x) => x === 0) && sameShape(size, a.shape) ? a : undefined;
    }
    case 'pad':
      return (attrs as OpAttrs['pad']).paddings.every(([before, after]) => before === 0 && after === 0) ? a : undefined;
    case 'concat':
      return inputs.length === 1 ? a : undefined;
    case 'neg':
      return a.op === 'neg' ? a.inputs[0] : foldUnary(g, a, (x) => -x);
    case 'sqrt':
      return foldUnary(g, a, Math.sqrt);
    case 'log':
      return foldUnary(g, a, Math.log);
    case 'exp':
      return foldUnary(g, a, Math.exp);
    case 'reciprocal':
      return foldUnary(g, a, (x) => 1 / x);
    case 'add': case 'sub': case 'mul': case 'div':
      return arithmetic(g, op, a, b);
    default:
      return undefined;
  }
}

function foldUnary(g: Builder, x: Value, f: (x: number) => number): Value | undefined {
  const known = g.numberOf(x);
  return known === undefined || x.dtype !== 'float32' ? undefined : g.broadcastTo(g.scalar(f(known)), x.shape);
}

/** Neutral elements, constants with constants, and repeated scalars that need no materialising. */
function arithmetic(g: Builder, op: 'add' | 'sub' | 'mul' | 'div', a: Value, b: Value): Value | undefined {
  const shape = broadcastShapes(a.shape, b.shape);
  const x = g.numberOf(a);
  const y = g.numberOf(b);
  if (x !== undefined && y !== undefined && a.dtype === 'float32') {
    const folded = op === 'add' ? x + y : op === 'sub' ? x - y : op === 'mul' ? x * y : x / y;
    return g.broadcastTo(g.scalar(folded), shape);
  }
  if (y === 0 && (op === 'add' || op === 'sub')) return g.broadcastTo(a, shape);
  if (x === 0 && op === 'add') return g.broadcastTo(b, shape);
  if (y === 1 && (op === 'mul' || op === 'div')) return g.broadcastTo(a, shape);
  if (x === 1 && op === 'mul') return g.broadcastTo(b, shape);
  if (x === 0 && op === 'sub') return g.broadcastTo(g.neg(b), shape);
  if (op === 'mul' && (x === -1 || y === -1)) return g.broadcastTo(g.neg(x === -1 ? b : a), shape);
  // A repeated value need not be repeated before an op that repeats by itself.
  if (a.op === 'broadcastTo' && sameShape(broadcastShapes(a.inputs[0].shape, b.shape), shape)) return g.op(op, [a.inputs[0], b], {});
  if (b.op === 'broadcastTo' && sameShape(broadcastShapes(a.shape, b.inputs[0].shape), shape)) return g.op(op, [a, b.inputs[0]], {});
  // (x k1) k2 = x (k1 k2)
  if (op === 'mul' && y !== undefined && a.op === 'mul' && g.numberOf(a.inputs[1]) !== undefined) return g.mul(a.inputs[0], y * g.numberOf(a.inputs[1])!);
  if (op === 'mul' && x !== undefined && y === undefined) return g.op('mul', [b, a], {});
  return undefined;
}
