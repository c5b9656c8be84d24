/** @file Compiles one training step: losses, gradients, optimisers, teachers and state in one static graph. trace -> layout -> decompose -> grad -> optimiser -> fuse -> emit */

import * as tf from '@tensorflow/tfjs-core';
import { isFinite, lossScaleState, nextLossScale, reportedNorm } from '../nn/optimisers/loss-scale';
import { momentsOf, optimise } from '../nn/optimisers/optimise';
import type { Init, ParamSpec } from '../nn/params';
import type { CompiledStep, StateSpec } from './compiled';
import { emit, shareConstants } from './emit/emit';
import { encodeModel } from './emit/onnx';
import type { Target } from './emit/target';
import { gradients } from './grad/grad';
import type { Builder } from './ir/builder';
import { valuesOf, type Graph } from './ir/graph';
import type { Value } from './ir/op';
import { sizeOf } from './ir/shapes';
import { verify } from './ir/verify';
import { decompose } from './passes/decompose';
import { fuse } from './passes/fuse';
import { inline } from './passes/inline';
import { assignLayout } from './passes/layout';
import { turnsOf, type NamedPlayer, type StepSource } from './step-source';
import { stateVector, teacherVector, traceLoss, traceTurn, vectorOf, type Asked, type TurnGraph } from './trace-step';
import { trace } from './trace/trace';

const zeros: Init = { kind: 'zeros' };
const scaleVector = 'lossScale';

interface Vector {
  kind: string;
  tensors: StateSpec[];
}

const sizeOfVector = ({ tensors }: Vector): number => tensors.reduce((sum, { shape }) => sum + sizeOf(shape), 0);

/** All that is carried from step to step. */
function vectorsOf(players: NamedPlayer[], asked: Asked, scaled: boolean): Vector[] {
  const tensor = (kind: string, { name }: ParamSpec, shape: readonly number[], start: StateSpec['start']): StateSpec => ({ name: `${kind}/${name}`, shape: [...shape], dtype: 'float32', start });
  const ofPlayer = ({ name: player, optimiser }: NamedPlayer): Vector[] => {
    const specs = asked.params.get(player)!;
    const vector = (kind: string, tensors: StateSpec[]): Vector => ({ kind: vectorOf(kind, player), tensors });
    return [
      vector('param', specs.map((spec) => tensor('param', spec, spec.shape, spec.init))),
      ...Object.entries(momentsOf(optimiser)).map(([kind, shapeOf]) =>
        vector(kind, specs.flatMap((spec) => {
          const shape = shapeOf(spec.shape);
          return shape ? [tensor(kind, spec, shape, zeros)] : [];
        }))),
      ...(optimiser.emaDecay > 0 ? [vector('ema', specs.map((spec) => tensor('ema', spec, spec.shape, { kind: 'copy', of: `param/${spec.name}` })))] : []),
    ];
  };
  const teachers = [...asked.teachers].map(([scope, specs]): Vector => ({
    kind: teacherVector(scope),
    tensors: specs.map((spec) => tensor('teacher', spec, spec.shape, { kind: 'copy', of: `param/${spec.follows}` })),
  }));
  const state: Vector = { kind: stateVector, tensors: asked.state.map((spec) => tensor('state', spec, spec.shape, spec.init)) };
  const scale: Vector = { kind: scaleVector, tensors: scaled ? lossScaleState.map(({ name, init }) => ({ name: `lossScale/${name}`, shape: [1], dtype: 'float32', start: init })) : [] };
  return [...players.flatMap(ofPlayer), ...teachers, state, scale].filter(({ tensors }) => tensors.length > 0);
}

/** The step as it is built: what each flat vector holds by now. */
interface Progressing {
  g: Builder;
  now: Map<string, Value>;
}

/** A turn's outputs in the step's builder. The first turn's builder is the step's; those after it see what the turns before have made of the vectors, and no gradient flows through that. */
function takeTurn({ graph }: TurnGraph, { g, now }: Progressing): Graph['outputs'] {
  if (graph.builder === g) return graph.outputs;
  return inline(graph, g, ({ attrs: { name }, shape, dtype }) => {
    const value = now.get(name) ?? g.input(name, shape, dtype);
    return value.op === 'input' ? value : g.op('stopGradient', [value], {});
  });
}

interface Moved {
  /** The player's next vectors. */
  next: Map<string, Value>;
  gradNorm: Value;
  /** Whether its gradient was finite, where the loss is scaled. */
  finite?: Value;
}

/** A player's gradient and update. With a scaled loss, a gradient that overflows moves nothing. */
function movePlayer({ name, optimiser, rate = 1, every = 1 }: NamedPlayer, specs: ParamSpec[], loss: Value, params: Value[], { g, now }: Progressing): Moved {
  const scaleState = now.get(scaleVector);
  const scale = scaleState && g.reshape(g.slice(scaleState, [0], [1]), []);
  const grads = gradients(g, scale ? g.mul(loss, scale) : loss, params);
  const scaledGrad = g.op('concat', grads.map((d) => g.reshape(d, [sizeOf(d.shape)])), { axis: 0 });
  const flatGrad = scale ? g.div(scaledGrad, scale) : scaledGrad;
  const kinds = ['param', ...Object.keys(momentsOf(optimiser)), 'ema'].filter((kind) => now.has(vectorOf(kind, name)));
  return trace(g, (recording) => {
    const before = Object.fromEntries(kinds.map((kind) => [kind, recording.tensorOf(now.get(vectorOf(kind, name))!)]));
    const { param, ema, ...moments } = before;
    const [step, learningRate] = ['step', 'learningRate'].map((scalar) => recording.tensorOf(g.input(scalar, [])));
    // Who moves at every k-th step counts its own moves.
    const moves = every === 1 ? step : tf.floor(tf.div(step, every));
    const next = optimise({ places: specs, param, moments, ema, grad: recording.tensorOf(flatGrad), step: moves, learningRate: tf.mul(learningRate, rate) }, optimiser);
    const after: Record<string, tf.Tensor | undefined> = { param: next.param, ...next.moments, ema: next.ema };
    const itsTurn = tf.equal(tf.mul(moves, every), step);
    const finite = scale && isFinite(next.gradNorm);
    const moving = [...(every === 1 ? [] : [itsTurn]), ...(finite ? [finite] : [])];
    const gated = (kind: string) => (moving.length === 0 ? after[kind]! : tf.where(moving.reduce((a, b) => tf.logicalAnd(a, b)), after[kind]!, before[kind]));
    return {
      next: new Map(kinds.map((kind) => [vectorOf(kind, name), recording.valueFor(gated(kind))])),
      gradNorm: recording.valueFor(scale ? reportedNorm(next.gradNorm, recording.tensorOf(scale)) : next.gradNorm),
      ...(finite && { finite: recording.valueFor(finite) }),
    };
  });
}

/** theta_t <- momentum theta_t + (1 - momentum) theta_s */
function moveTeachers(source: StepSource, asked: Asked, vectors: Vector[], step: Progressing): void {
  const { g } = step;
  for (const [scope, { momentum }] of Object.entries(source.teachers ?? {})) {
    const copies = asked.teachers.get(scope)!;
    if (copies.length === 0) continue;
    const followed = g.op('concat', copies.map(({ follows }) => pieceOf(g, `param/${follows}`, vectors, step)), { axis: 0 });
    const next = trace(g, (recording) => {
      const tensor = (value: Value) => recording.tensorOf(value);
      const m = momentum({ step: tensor(g.input('step', [])) as tf.Scalar, progress: tensor(g.input('progress', [])) as tf.Scalar });
      return recording.valueFor(tf.add(tf.mul(tensor(step.now.get(teacherVector(scope))!), m), tf.mul(tensor(followed), tf.sub(1, m))));
    });
    step.now.set(teacherVector(scope), next);
  }
}

/** -> the scale that the step used */
function moveScale(finite: Value[], { g, now }: Progressing): Value {
  const before = now.get(scaleVector)!;
  now.set(scaleVector, trace(g, (recording) => {
    const all = finite.map((value) => recording.tensorOf(value)).reduce((a, b) => tf.logicalAnd(a, b));
    return recording.valueFor(nextLossScale(recording.tensorOf(before), all));
  }));
  return g.reshape(g.slice(before, [0], [1]), []);
}

/** A tensor of the state as it is by now, flat. */
function pieceOf(g: Builder, name: string, vectors: Vector[], step: Progressing): Value {
  const vector = vectors.find(({ tensors }) => tensors.some((t) => t.name === name))!;
  const at = vector.tensors.findIndex((t) => t.name === name);
  const begin = vector.tensors.slice(0, at).reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  return g.slice(step.now.get(vector.kind)!, [begin], [sizeOf(vector.tensors[at].shape)]);
}

export interface BuiltStep extends Pick<CompiledStep, 'params' | 'state' | 'packed'> {
  graph: Graph;
}

/** -> the whole step as IR. Inputs: flat vectors, x, noise, scalars; outputs: metrics and the next vectors. */
export function buildStep(source: StepSource): BuiltStep {
  const { asked } = traceLoss(source);
  const turns = turnsOf(source);
  const vectors = vectorsOf(turns.flat(), asked, source.precision === 'float16');
  const traced = turns.map((turn) => {
    const { graph, ...rest } = traceTurn(source, turn, asked);
    return { ...rest, graph: verify(decompose(verify(assignLayout(graph), 'layout')), 'decompose') };
  });
  const g = traced[0].graph.builder;
  const inputs = vectors.map((vector) => g.input(vector.kind, [sizeOfVector(vector)]));
  const step: Progressing = { g, now: new Map(vectors.map(({ kind }, i) => [kind, inputs[i]])) };
  const metrics: Graph['outputs'] = [];
  const norms: Graph['outputs'] = [];
  const allFinite: Value[] = [];
  turns.forEach((players, i) => {
    const outputs = takeTurn(traced[i], step);
    const given = outputs.slice(0, traced[i].metrics);
    const tracked = outputs.slice(traced[i].metrics);
    const state = traced[i].keepsState ? tracked.shift()! : undefined;
    const moved = players.map((player) => {
      const specs = asked.params.get(player.name)!;
      const params = tracked.splice(0, specs.length).map((o) => o.value);
      const { next, gradNorm, finite } = movePlayer(player, specs, given[traced[i].losses.get(player.name)!].value, params, step);
      norms.push({ name: player.name === '' ? 'metric/gradNorm' : `metric/${player.name}GradNorm`, value: gradNorm });
      if (finite) allFinite.push(finite);
      return next;
    });
    metrics.push(...given);
    if (state) step.now.set(stateVector, state.value);
    for (const next of moved) for (const [kind, value] of next) step.now.set(kind, value);
  });
  moveTeachers(source, asked, vectors, step);
  if (allFinite.length > 0) norms.push({ name: 'metric/lossScale', value: moveScale(allFinite, step) });
  const outputs = [...metrics, ...norms, ...vectors.map(({ kind }) => ({ name: `${kind}'`, value: step.now.get(kind)! }))];
  const [stepInput, learningRate, progress] = ['step', 'learningRate', 'progress'].map((name) => g.input(name, []));
  const timed = valuesOf({ builder: g, inputs: [], outputs }).includes(progress);
  const fed = traced[0].graph.inputs.filter(({ attrs: { name } }) => name === 'x' || name.startsWith('noise/'));
  const graph: Graph = { builder: g, inputs: [...inputs, ...fed, stepInput, learningRate, ...(timed ? [progress] : [])], outputs };
  return {
    graph: verify(fuse(verify(graph, 'optimiser')), 'fuse'),
    params: [...asked.params.values()].flat(),
    state: vectors.flatMap(({ tensors }) => tensors),
    packed: vectors.map((vector) => ({ kind: vector.kind, size: sizeOfVector(vector) })),
  };
}

/** -> ONNX bytes */
export const emitStep = (graph: Graph, target: Target): Uint8Array => encodeModel(shareConstants(emit(graph, target)));

/** What a step is to those who run it, its ONNX bytes emitted from the graph that was built. */
export function compiledOf(source: StepSource, { graph, ...built }: BuiltStep, onnx: Uint8Array): CompiledStep {
  const scalars = new Set(['step', 'learningRate', 'progress']);
  return {
    ...built,
    onnx,
    batch: { name: 'x', shape: source.batchShape, dtype: source.batchDtype ?? 'float32' },
    noise: source.noise,
    scalars: graph.inputs.map((input) => input.attrs.name).filter((name) => scalars.has(name)),
    metrics: graph.outputs.filter((o) => o.name.startsWith('metric/')).map((o) => o.name.slice('metric/'.length)),
  };
}

/** The target with the source's precision. */
export const targetFor = (source: StepSource, target: Target): Target => (source.precision === 'float16' ? { ...target, half: true } : target);

export function compileStep(source: StepSource, target: Target): CompiledStep {
  const built = buildStep(source);
  return compiledOf(source, built, emitStep(built.graph, targetFor(source, target)));
}
