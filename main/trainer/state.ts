/** @file The state that training starts or goes on from. */

import { LabError } from '../../preload/contract/errors';
import type { StateSpec } from '../compiler/compiled';
import type { State } from './prepared';

/**
 * The checkpoint's tensors; what it lacks (the fork's step keeps an average, or another optimiser's moments) comes from `initial`, an average
 * or a teacher from the parameter that it follows. Throws LabError 'checkpoint-mismatch' when a parameter is missing or a size differs: the fork's model is another one.
 */
export function startState(specs: readonly StateSpec[], initial: State, checkpoint?: State): State {
  if (!checkpoint) return initial;
  const state: State = new Map();
  for (const { name, shape, start } of specs) {
    const size = shape.reduce((product, length) => product * length, 1);
    const found = checkpoint.get(name) ?? (start.kind === 'copy' ? checkpoint.get(start.of) : undefined);
    if (found ? found.length !== size : name.startsWith('param/')) {
      throw new LabError('checkpoint-mismatch', { name, expected: size, got: found?.length ?? 0 });
    }
    state.set(name, found ?? (initial.get(name) as Float32Array));
  }
  return state;
}
