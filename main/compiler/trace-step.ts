/** @file Traces the losses of a step: first to list what they ask for, then with parameters and state cut out of flat vectors. */

import type * as tf from '@tensorflow/tfjs-core';
import { Params, type ParamSpec, type StateStore } from '../nn/params';
import { Builder } from './ir/builder';
import type { Graph } from './ir/graph';
import type { Value } from './ir/op';
import { sameShape, sizeOf } from './ir/shapes';
import { verify } from './ir/verify';
import { turnsOf, type NamedPlayer, type StepSource } from './step-source';
import type { TraceBackend } from './trace/backend';
import { trace } from './trace/trace';

/** A teacher's parameter, and the one that it follows. */
interface Copy extends ParamSpec {
  follows: string;
}

/** What the losses asked for, in the order of the flat vectors. */
export interface Asked {
  /** By player. */
  params: Map<string, ParamSpec[]>;
  /** By teacher's scope. */
  teachers: Map<string, Copy[]>;
  state: ParamSpec[];
}

/** Names of the flat vectors: 'param', and of a player among several 'param:PLAYER'. */
export const vectorOf = (kind: string, player: string): string => (player === '' ? kind : `${kind}:${player}`);
export const teacherVector = (scope: string): string => `teacher:${scope}`;
export const stateVector = 'state';

/** Whether a parameter stands in a scope; '' holds all. */
export const under = (name: string, scope: string): boolean => scope === '' || name === scope || name.startsWith(`${scope}.`);

/** Specs by name as they are first asked for, each with a value that stands for it. */
export class Listing<Spec extends ParamSpec> {
  readonly specs: Spec[] = [];
  private readonly values = new Map<string, Value<'input'>>();

  constructor(private readonly inputOf: (spec: Spec) => Value<'input'>) {}

  /** Throws `internal:` where a name is asked for in two shapes. */
  ask(spec: Spec): Value<'input'> {
    let value = this.values.get(spec.name);
    if (!value) {
      value = this.inputOf(spec);
      this.values.set(spec.name, value);
      this.specs.push(spec);
    }
    if (!sameShape(value.shape, spec.shape)) throw new Error(`internal: parameter ${spec.name} asked for as [${spec.shape}] and [${value.shape}]`);
    return value;
  }

  get inputs(): Value<'input'>[] {
    return [...this.values.values()];
  }
}

/** Params that read traced inputs 'param/NAME', listing each as it is first asked for; state likewise, as in a trained model it is a parameter like others. */
export function tracedParams(builder: Builder, tensorOf: (value: Value) => tf.Tensor): { params: Params; specs: ParamSpec[]; inputs: () => Value<'input'>[] } {
  const listing = new Listing<ParamSpec>((spec) => builder.input(`param/${spec.name}`, spec.shape));
  return { params: new Params((spec) => tensorOf(listing.ask(spec))), specs: listing.specs, inputs: () => listing.inputs };
}

interface LossInputs {
  inputs: Value<'input'>[];
  run(player: NamedPlayer, params: Params): { loss: Value; metrics: Graph['outputs'] };
}

/** The batch, noise and time as inputs of the trace under way. */
function lossInputs(source: StepSource, builder: Builder, recording: TraceBackend): LossInputs {
  const x = builder.input('x', source.batchShape, source.batchDtype);
  const seen = x.dtype === 'uint8' ? builder.div(builder.cast(x, 'float32'), 255) : x;
  const noiseInputs = Object.entries(source.noise).map(([name, spec]) => [name, builder.input(`noise/${name}`, spec.shape, spec.dist === 'integers' ? 'int32' : 'float32')] as const);
  const noise = Object.fromEntries(noiseInputs.map(([name, v]) => [name, recording.tensorOf(v)]));
  const [step, progress] = [builder.input('step', []), builder.input('progress', [])];
  const time = { step: recording.tensorOf<tf.Scalar>(step), progress: recording.tensorOf<tf.Scalar>(progress) };
  return {
    inputs: [x, ...noiseInputs.map(([, v]) => v), step, progress],
    run(player, params) {
      const { loss, metrics } = player.loss(params, { x: recording.tensorOf<tf.Tensor4D>(seen) }, noise, time);
      const named = Object.entries(metrics).map(([name, t]) => ({ name: `metric/${name}`, value: recording.valueFor(t) }));
      const value = recording.valueFor(loss);
      return { loss: value, metrics: [{ name: `metric/${player.name === '' ? 'loss' : `${player.name}Loss`}`, value }, ...named] };
    },
  };
}

/** All losses traced with each parameter as an input of its own, 'param/NAME': outputs 'metric/loss' and the others. Throws `internal:` for a parameter of no player or of two. */
export function traceLoss(source: StepSource): { graph: Graph; asked: Asked } {
  const builder = new Builder();
  const players = turnsOf(source).flat();
  const teachers = Object.entries(source.teachers ?? {});
  return trace(builder, (recording) => {
    const inputOf = (kind: string) => (spec: ParamSpec) => builder.input(`${kind}/${spec.name}`, spec.shape);
    const params = new Listing<ParamSpec>(inputOf('param'));
    const copies = new Listing<Copy>(inputOf('teacher'));
    const state = new Listing<ParamSpec>(inputOf('state'));
    const read = (spec: ParamSpec): tf.Tensor => {
      const teacher = teachers.find(([scope]) => under(spec.name, scope));
      return recording.tensorOf(teacher ? copies.ask({ ...spec, follows: teacher[1].of + spec.name.slice(teacher[0].length) }) : params.ask(spec));
    };
    const kept = new Map<string, Value>();
    const store = stateStore(recording, (spec) => state.ask(spec), kept);
    const losses = lossInputs(source, builder, recording);
    const outputs = players.flatMap((player) => losses.run(player, new Params(read, store)).metrics);
    const twice = outputs.find(({ name }, i) => outputs.findIndex((o) => o.name === name) !== i);
    if (twice) throw new Error(`internal: ${twice.name} is given twice`);
    for (const [name, value] of kept) {
      const spec = state.specs.find((s) => s.name === name);
      if (!spec) throw new Error(`internal: state ${name} is kept but was never asked for`);
      if (!sameShape(spec.shape, value.shape)) throw new Error(`internal: state ${name} of shape [${spec.shape}] is kept as [${value.shape}]`);
    }
    const clash = [...params.specs, ...copies.specs].find(({ name }) => state.specs.some((spec) => spec.name === name));
    if (clash) throw new Error(`internal: ${clash.name} is both a parameter and state`);
    const graph = verify({ builder, inputs: [...params.inputs, ...copies.inputs, ...state.inputs, ...losses.inputs], outputs }, 'trace');
    return { graph, asked: sorted(players, params.specs, teachers.map(([scope]) => scope), copies.specs, state.specs) };
  });
}

function sorted(players: NamedPlayer[], params: ParamSpec[], scopes: string[], copies: Copy[], state: ParamSpec[]): Asked {
  const owners = params.map((spec) => {
    const of = players.filter((player) => player.scopes.some((scope) => under(spec.name, scope)));
    if (of.length !== 1) throw new Error(`internal: parameter ${spec.name} belongs to ${of.length === 0 ? 'no player' : of.map((p) => p.name).join(' and ')}`);
    return of[0].name;
  });
  const byPlayer = new Map(players.map(({ name }) => [name, params.filter((_, i) => owners[i] === name)]));
  const idle = players.find(({ name }) => byPlayer.get(name)!.length === 0);
  if (idle) throw new Error(`internal: ${idle.name === '' ? 'the loss' : `player ${idle.name}`} has no parameters`);
  const order = [...byPlayer.values()].flat().map((spec) => spec.name);
  for (const { name, shape, follows } of copies) {
    const followed = params.find((spec) => spec.name === follows);
    if (!followed || !sameShape(followed.shape, shape)) throw new Error(`internal: ${name} [${shape}] follows ${follows}, which is ${followed ? `[${followed.shape}]` : 'asked for by no loss'}`);
  }
  // In the order of what they follow: a teacher then follows one run of a flat vector.
  const byScope = new Map(scopes.map((scope) => [scope, copies.filter((spec) => under(spec.name, scope)).toSorted((a, b) => order.indexOf(a.follows) - order.indexOf(b.follows))]));
  return { params: byPlayer, teachers: byScope, state };
}

/** What is kept is what is read from then on. */
function stateStore(recording: TraceBackend, first: (spec: ParamSpec) => Value, kept: Map<string, Value>): StateStore {
  return {
    read: (spec) => recording.tensorOf(kept.get(spec.name) ?? first(spec)),
    write: (name, next) => void kept.set(name, recording.builder.op('stopGradient', [recording.valueFor(next)], {})),
  };
}

/** One turn's losses over flat vectors. Outputs: metrics, for each player its loss first; 'state' where a loss keeps any; then the turn's parameters, so that passes keep track of them. */
export interface TurnGraph {
  graph: Graph;
  metrics: number;
  /** By player: which metric is its loss. */
  losses: Map<string, number>;
  keepsState: boolean;
}

export function traceTurn(source: StepSource, turn: NamedPlayer[], asked: Asked): TurnGraph {
  const builder = new Builder();
  return trace(builder, (recording) => {
    const vectors: Value<'input'>[] = [];
    const cut = new Map<string, Value>();
    const pieces = (vector: string, kind: string, specs: ParamSpec[]) => {
      if (specs.length === 0) return;
      const flat = builder.input(vector, [specs.reduce((sum, s) => sum + sizeOf(s.shape), 0)]);
      vectors.push(flat);
      let begin = 0;
      for (const { name, shape } of specs) {
        cut.set(`${kind}/${name}`, builder.reshape(builder.slice(flat, [begin], [sizeOf(shape)]), shape));
        begin += sizeOf(shape);
      }
    };
    for (const [player, specs] of asked.params) pieces(vectorOf('param', player), 'param', specs);
    for (const [scope, specs] of asked.teachers) pieces(teacherVector(scope), 'param', specs);
    pieces(stateVector, 'state', asked.state);
    const kept = new Map<string, Value>();
    const params = new Params((spec) => recording.tensorOf(cut.get(`param/${spec.name}`)!), stateStore(recording, (spec) => cut.get(`state/${spec.name}`)!, kept));
    const inputs = lossInputs(source, builder, recording);
    const losses = new Map<string, number>();
    const metrics: Graph['outputs'] = [];
    for (const player of turn) {
      losses.set(player.name, metrics.length);
      metrics.push(...inputs.run(player, params).metrics);
    }
    const next = asked.state.map((spec) => builder.reshape(kept.get(spec.name) ?? cut.get(`state/${spec.name}`)!, [sizeOf(spec.shape)]));
    const state = kept.size > 0 ? [{ name: stateVector, value: builder.op('concat', next, { axis: 0 }) }] : [];
    const tracked = turn.flatMap(({ name }) => asked.params.get(name)!).map(({ name }) => ({ name, value: cut.get(`param/${name}`)! }));
    const graph = verify({ builder, inputs: [...vectors, ...inputs.inputs], outputs: [...metrics, ...state, ...tracked] }, 'trace');
    return { graph, metrics: metrics.length, losses, keepsState: kept.size > 0 };
  });
}
