/** @file What marks a region whose values the backward pass computes anew, and what keeps that from being undone. All three are identities. */

import type { OpFamily, OpRule, Typed } from '../ir/op';

const same = ([x]: readonly Typed[]): Typed => ({ shape: x.shape, dtype: x.dtype });

function mark(): OpRule<'checkpointIn'> {
  return {
    arity: 1,
    shape: same,
    vjp: (_, { dy }) => [dy],
    lower: (_, { inputs }) => inputs[0],
    reference: (t, [x]) => t.clone(x),
    cases: [{ inputs: [[3, 2]], attrs: { region: 0 } }],
  };
}

/** Nothing that adds up to less than this is still a number: so a product by 1, of which no optimiser knows that it is 1. */
const least = -3.4028234663852886e38;

export const checkpointing: OpFamily<'checkpointIn' | 'checkpointOut' | 'barrier'> = {
  checkpointIn: mark(),
  checkpointOut: mark(),
  barrier: {
    arity: 2,
    shape: same,
    vjp: (_, { dy }) => [dy, null],
    // ONNX Runtime drops Identity, folds constants and shares equal nodes: what depends on `after` it can neither fold nor share nor run earlier.
    lower: (e, { inputs: [x, after] }) => e.node('Mul', [x, e.node('Sub', [e.f32(1), e.cast(e.node('Less', [after, e.f32(least)]), 'float32')])]),
    reference: (t, [x]) => t.clone(x),
    cases: [{ inputs: [[3, 2], []], attrs: {} }],
  },
};
