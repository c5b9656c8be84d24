/** @file One training step in eager tfjs, gradients by tfjs: what compiled steps are compared with. */

import * as tf from '@tensorflow/tfjs-core';
import { under } from '../../main/compiler/trace-step';
import { turnsOf, type NamedPlayer, type StepSource } from '../../main/compiler/step-source';
import type { CompiledStep } from '../../main/compiler/compiled';
import { join, split } from '../../main/nn/optimisers/flat';
import { momentsOf, optimise } from '../../main/nn/optimisers/optimise';
import { Params, type ParamSpec } from '../../main/nn/params';
import type { StepFeeds } from '../../main/runtime/step-runner-types';

/** By the compiled step's names: 'param/NAME', 'm/NAME'... */
export type EagerState = Map<string, tf.Tensor>;

export const eagerState = (compiled: Pick<CompiledStep, 'state'>, values: ReadonlyMap<string, Float32Array>): EagerState =>
  new Map(compiled.state.map(({ name, shape }) => [name, tf.tensor(values.get(name)!, shape)]));

/** -> metrics and the next state. */
export function eagerStep(source: StepSource, { params: specs }: Pick<CompiledStep, 'params'>, before: EagerState, { x, noise, scalars }: StepFeeds): { metrics: Record<string, number>; state: EagerState } {
  const floats = tf.tensor4d(Float32Array.from(x), source.batchShape as [number, number, number, number]);
  const input = { x: source.batchDtype === 'uint8' ? (tf.div(floats, 255) as tf.Tensor4D) : floats };
  const noiseTensors = Object.fromEntries(Object.entries(source.noise).map(([name, spec]) => [name, tf.tensor(noise[name], spec.shape, spec.dist === 'integers' ? 'int32' : 'float32')]));
  const time = { step: tf.scalar(scalars['step']), progress: tf.scalar(scalars['progress'] ?? 0) };
  const state: EagerState = new Map(before);
  const metrics: Record<string, number> = {};

  const play = (player: NamedPlayer, now: EagerState): EagerState => {
    const own = specs.filter(({ name }) => player.scopes.some((scope) => under(name, scope)));
    const shapes = own.map(({ shape }) => shape);
    const lossOf = (tensors: tf.Tensor[]): tf.Scalar => {
      const read = ({ name }: ParamSpec) => {
        const at = own.findIndex((spec) => spec.name === name);
        return at >= 0 ? tensors[at] : (now.get(`param/${name}`) ?? now.get(`teacher/${name}`))!;
      };
      const store = { read: ({ name }: ParamSpec) => state.get(`state/${name}`)!, write: (name: string, next: tf.Tensor) => void state.set(`state/${name}`, tf.keep(tf.clone(next))) };
      const { loss, metrics: given } = player.loss(new Params(read, store), input, noiseTensors, time);
      for (const [name, value] of Object.entries(given)) metrics[name] = value.dataSync()[0];
      return loss as tf.Scalar;
    };
    const { value, grads } = tf.valueAndGrads((...tensors: tf.Tensor[]) => lossOf(tensors))(own.map(({ name }) => now.get(`param/${name}`)!));
    const [lossName, normName] = player.name === '' ? ['loss', 'gradNorm'] : [`${player.name}Loss`, `${player.name}GradNorm`];
    metrics[lossName] = value.dataSync()[0];

    const every = player.every ?? 1;
    const moves = Math.floor(scalars['step'] / every);
    const kinds = Object.entries(momentsOf(player.optimiser)).map(([kind, shapeOf]) => ({ kind, names: own.filter(({ shape }) => shapeOf(shape)).map(({ name }) => name), shapes: shapes.flatMap((shape) => { const of = shapeOf(shape); return of ? [of] : []; }) })).filter(({ names }) => names.length > 0);
    const flat = (kind: string, names = own.map(({ name }) => name)) => join(names.map((name) => now.get(`${kind}/${name}`)!));
    const next = optimise({
      places: own,
      param: flat('param'),
      moments: Object.fromEntries(kinds.map(({ kind, names }) => [kind, flat(kind, names)])),
      ...(player.optimiser.emaDecay > 0 && { ema: flat('ema') }),
      grad: join(grads),
      step: tf.scalar(moves),
      learningRate: tf.scalar(scalars['learningRate'] * (player.rate ?? 1)),
    }, player.optimiser);
    metrics[normName] = next.gradNorm.dataSync()[0];
    if (moves * every !== scalars['step']) return new Map();
    const list = (kind: string, names: string[], values: tf.Tensor[]) => names.map((name, i) => [`${kind}/${name}`, values[i]] as const);
    const names = own.map(({ name }) => name);
    return new Map([
      ...list('param', names, split(next.param, shapes)),
      ...kinds.flatMap(({ kind, names: having, shapes: of }) => list(kind, having, split(next.moments[kind], of))),
      ...(next.ema ? list('ema', names, split(next.ema, shapes)) : []),
    ]);
  };

  for (const turn of turnsOf(source)) {
    const start: EagerState = new Map(state);
    for (const player of turn) for (const [name, tensor] of play(player, start)) state.set(name, tensor);
  }
  for (const [scope, { of, momentum }] of Object.entries(source.teachers ?? {})) {
    const m = momentum(time);
    for (const [name, tensor] of state) {
      const rest = name.startsWith(`teacher/${scope}.`) ? name.slice(`teacher/${scope}`.length) : undefined;
      if (rest !== undefined) state.set(name, tf.add(tf.mul(tensor, m), tf.mul(state.get(`param/${of}${rest}`)!, tf.sub(1, m))));
    }
  }
  return { metrics, state };
}
