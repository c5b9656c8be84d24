/** @file One training step without a graph: the same losses, players and optimisers, computed kernel by kernel on tfjs' backend of the moment, gradients by tfjs. */

import * as tf from '@tensorflow/tfjs-core';
import { mendEagerGradients } from '../nn/eager-gradients';
import { join, split } from '../nn/optimisers/flat';
import { momentsOf, optimise } from '../nn/optimisers/optimise';
import { Params, type ParamSpec, type StateStore } from '../nn/params';
import { turnsOf, type NamedPlayer, type StepSource } from './step-source';
import { under } from './trace-step';

/** By the compiled step's names: 'param/NAME', 'm/NAME'... */
export type EagerState = ReadonlyMap<string, tf.Tensor>;

/** As `StepFeeds` of main/runtime. */
export interface EagerFeeds {
  x: Uint8Array | Float32Array;
  noise: Record<string, Float32Array | Int32Array>;
  scalars: Record<string, number>;
}

/** What changes of the state, as new tensors; those of `before` are the caller's. */
export type EagerStep = (before: EagerState, feeds: EagerFeeds) => { metrics: Record<string, number>; state: Map<string, tf.Tensor> };

/** Values that losses keep, on the host: what is made inside a gradient goes with it. */
type Kept = Map<string, { data: Float32Array; shape: number[] }>;

/** -> a step of `source` whose parameters are `specs`, in that order. tfjs' gradients are mended first, for the whole process. */
export function eagerStep(source: StepSource, specs: readonly ParamSpec[]): EagerStep {
  mendEagerGradients();
  return (before, feeds) => {
    const metrics: Record<string, number> = {};
    const state = new Map<string, tf.Tensor>();
    // tidy keeps what it is given back.
    tf.tidy(() => {
      for (const [name, tensor] of run(source, specs, before, feeds, metrics)) if (before.get(name) !== tensor) state.set(name, tensor);
      return [...state.values()];
    });
    return { metrics, state };
  };
}

function run(source: StepSource, specs: readonly ParamSpec[], before: EagerState, { x, noise, scalars }: EagerFeeds, metrics: Record<string, number>): Map<string, tf.Tensor> {
  const floats = tf.tensor4d(Float32Array.from(x), source.batchShape as [number, number, number, number]);
  const batch = { x: source.batchDtype === 'uint8' ? (tf.div(floats, 255) as tf.Tensor4D) : floats };
  const drawn = Object.fromEntries(Object.entries(source.noise).map(([name, spec]) => [name, tf.tensor(noise[name], spec.shape, spec.dist === 'integers' ? 'int32' : 'float32')]));
  const time = { step: tf.scalar(scalars['step']), progress: tf.scalar(scalars['progress'] ?? 0) };
  const state = new Map(before);

  for (const turn of turnsOf(source)) {
    const start = new Map(state);
    for (const player of turn) for (const [name, tensor] of play(player, start)) state.set(name, tensor);
  }
  for (const [scope, { of, momentum }] of Object.entries(source.teachers ?? {})) {
    const m = momentum(time);
    for (const [name, tensor] of state) {
      if (!name.startsWith(`teacher/${scope}.`)) continue;
      const followed = state.get(`param/${of}${name.slice(`teacher/${scope}`.length)}`)!;
      state.set(name, tf.add(tf.mul(tensor, m), tf.mul(followed, tf.sub(1, m))));
    }
  }
  return state;

  /** -> the player's next tensors; all of them see `now`, and what losses kept so far. */
  function play(player: NamedPlayer, now: EagerState): [string, tf.Tensor][] {
    const own = specs.filter(({ name }) => player.scopes.some((scope) => under(name, scope)));
    const shapes = own.map(({ shape }) => shape);
    const kept: Kept = new Map();
    const lossOf = (...tensors: tf.Tensor[]): tf.Scalar => {
      const read = ({ name }: ParamSpec) => {
        const at = own.findIndex((spec) => spec.name === name);
        return at >= 0 ? tensors[at] : (now.get(`param/${name}`) ?? now.get(`teacher/${name}`))!;
      };
      const store: StateStore = {
        // Anew each time: a tensor made inside a gradient within the loss goes with it.
        read: ({ name }) => {
          const value = kept.get(name);
          return value ? tf.tensor(value.data, value.shape) : state.get(`state/${name}`)!;
        },
        write: (name, next) => void kept.set(name, { data: next.dataSync() as Float32Array, shape: next.shape }),
      };
      const { loss, metrics: given } = player.loss(new Params(read, store), batch, drawn, time);
      for (const [name, value] of Object.entries(given)) metrics[name] = value.dataSync()[0];
      return loss as tf.Scalar;
    };
    const params = own.map(({ name }) => now.get(`param/${name}`)!);
    // Unlike tf.valueAndGrads, it takes a parameter that the loss does not depend on.
    const { value, grads } = tf.engine().gradients(() => lossOf(...params), params, undefined, true) as { value: tf.Scalar; grads: (tf.Tensor | undefined)[] };
    const [lossName, normName] = player.name === '' ? ['loss', 'gradNorm'] : [`${player.name}Loss`, `${player.name}GradNorm`];
    metrics[lossName] = value.dataSync()[0];
    for (const [name, { data, shape }] of kept) state.set(`state/${name}`, tf.tensor(data, shape));

    const { every = 1, rate = 1, optimiser } = player;
    const moves = Math.floor(scalars['step'] / every);
    const names = own.map(({ name }) => name);
    const kinds = Object.entries(momentsOf(optimiser)).flatMap(([kind, shapeOf]) => {
      const having = own.flatMap(({ name, shape }) => {
        const of = shapeOf(shape);
        return of ? [{ name, shape: [...of] }] : [];
      });
      return having.length > 0 ? [{ kind, names: having.map(({ name }) => name), shapes: having.map(({ shape }) => shape) }] : [];
    });
    const flat = (kind: string, of: string[]) => join(of.map((name) => now.get(`${kind}/${name}`)!));
    const next = optimise(
      {
        places: own,
        param: flat('param', names),
        moments: Object.fromEntries(kinds.map(({ kind, names: of }) => [kind, flat(kind, of)])),
        ...(optimiser.emaDecay > 0 && { ema: flat('ema', names) }),
        grad: join(grads.map((grad, i) => grad ?? tf.zeros(shapes[i]))),
        step: tf.scalar(moves),
        learningRate: tf.scalar(scalars['learningRate'] * rate),
      },
      optimiser,
    );
    metrics[normName] = next.gradNorm.dataSync()[0];
    if (moves * every !== scalars['step']) return [];
    const named = (kind: string, of: string[], values: tf.Tensor[]) => of.map((name, i): [string, tf.Tensor] => [`${kind}/${name}`, values[i]]);
    return [
      ...named('param', names, split(next.param, shapes)),
      ...kinds.flatMap(({ kind, names: of, shapes: sizes }) => named(kind, of, split(next.moments[kind], sizes))),
      ...(next.ema ? named('ema', names, split(next.ema, shapes)) : []),
    ];
  }
}
