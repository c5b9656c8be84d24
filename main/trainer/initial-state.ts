/** @file The state of a new run, drawn from its seed. */

import type { CompiledStep, ParamSpec } from '../compiler/compiled';
import { randomStream } from '../platform/random';
import type { State } from './prepared';

const sizeOf = (shape: readonly number[]) => shape.reduce((product, length) => product * length, 1);

function initial({ name, shape, init }: ParamSpec, seed: number): Float32Array {
  const values = new Float32Array(sizeOf(shape));
  const stream = randomStream(seed, `init/${name}`, 0);
  switch (init.kind) {
    case 'zeros':
      return values;
    case 'ones':
      return values.fill(1);
    case 'normal':
      stream.fillNormal(values);
      return values.map((value) => value * init.stddev);
    case 'uniform':
      stream.fillUniform(values);
      return values.map((value) => (2 * value - 1) * init.limit);
  }
}

/** Parameters as their specs say, averages equal to them, moments zero. A parameter's values depend on the seed and its name alone. */
export function initialState(compiled: Pick<CompiledStep, 'params' | 'state'>, seed: number): State {
  const params = new Map(compiled.params.map((spec) => [spec.name, initial(spec, seed)]));
  const state: State = new Map();
  for (const { name, shape } of compiled.state) {
    const [, kind, param] = /^(param|ema|m|v)\/(.*)$/.exec(name) ?? [];
    state.set(name, kind === 'param' || kind === 'ema' ? (params.get(param) as Float32Array).slice() : new Float32Array(sizeOf(shape)));
  }
  return state;
}
