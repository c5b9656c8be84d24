/** @file The state of a new run, drawn from its seed. */

import type { CompiledStep, Init } from '../compiler/compiled';
import { randomStream } from '../platform/random';
import type { State } from './prepared';

const sizeOf = (shape: readonly number[]) => shape.reduce((product, length) => product * length, 1);

function drawn(name: string, shape: readonly number[], init: Init, seed: number): Float32Array {
  const values = new Float32Array(sizeOf(shape));
  const stream = randomStream(seed, `init/${name}`, 0);
  switch (init.kind) {
    case 'zeros':
      return values;
    case 'ones':
      return values.fill(1);
    case 'constant':
      return values.fill(init.value);
    case 'normal':
      stream.fillNormal(values);
      return values.map((value) => value * init.stddev);
    case 'uniform':
      stream.fillUniform(values);
      return values.map((value) => (2 * value - 1) * init.limit);
  }
}

/** Each tensor as its spec says. What is drawn depends on the seed and the parameter's name alone. */
export function initialState({ state: specs }: Pick<CompiledStep, 'state'>, seed: number): State {
  const state: State = new Map();
  for (const { name, shape, start } of specs) if (start.kind !== 'copy') state.set(name, drawn(name.slice(name.indexOf('/') + 1), shape, start, seed));
  return new Map(specs.map(({ name, start }) => [name, start.kind === 'copy' ? (state.get(start.of) as Float32Array).slice() : (state.get(name) as Float32Array)]));
}
