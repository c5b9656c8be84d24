/** @file The state that training starts or goes on from. */

import { LabError } from '../../preload/contract/errors';
import type { TensorSpec } from '../compiler/compiled';
import type { State } from './prepared';

/**
 * The checkpoint's tensors; what it lacks (the fork's step keeps an average, or another optimiser's moments) comes from `initial`, an average
 * from its parameter. Throws LabError 'checkpoint-mismatch' when a parameter is missing or a size differs: the fork's model is another one.
 */
export function startState(specs: readonly TensorSpec[], initial: State, checkpoint?: State): State {
  if (!checkpoint) return initial;
  const state: State = new Map();
  for (const { name, shape } of specs) {
    const size = shape.reduce((product, length) => product * length, 1);
    const found = checkpoint.get(name) ?? (name.startsWith('ema/') ? checkpoint.get(`param/${name.slice('ema/'.length)}`) : undefined);
    if (found ? found.length !== size : name.startsWith('param/')) {
      throw new LabError('checkpoint-mismatch', { name, expected: size, got: found?.length ?? 0 });
    }
    state.set(name, found ?? (initial.get(name) as Float32Array));
  }
  return state;
}
