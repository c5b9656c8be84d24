/** @file Compiles one training step: loss, gradient and optimiser in one static graph. trace -> layout -> decompose -> grad -> optimiser -> fuse -> emit */

import * as tf from '@tensorflow/tfjs-core';
import type { LossResult, NoiseSpec, Tensors } from '../methods/method';
import { adam, type AdamConfig } from '../nn/adam';
import { Params, type ParamSpec } from '../nn/params';
import type { CompiledStep } from './compiled';
import { emit, shareConstants } from './emit/emit';
import { encodeModel } from './emit/onnx';
import type { Target } from './emit/target';
import { gradients } from './grad/grad';
import { Builder } from './ir/builder';
import type { Graph } from './ir/graph';
import type { Value } from './ir/op';
import { sizeOf } from './ir/shapes';
import { verify } from './ir/verify';
import { decompose } from './passes/decompose';
import { fuse } from './passes/fuse';
import { assignLayout } from './passes/layout';
import type { TraceBackend } from './trace/backend';
import { trace } from './trace/trace';

export interface StepSource {
  /** [B, H, W, C] */
  batchShape: number[];
  noise: Record<string, NoiseSpec>;
  loss(params: Params, batch: { x: tf.Tensor4D }, noise: Tensors): LossResult;
  optimiser: AdamConfig;
}

/** Params that read traced inputs 'param/NAME', listing each as it is first asked for. */
export function tracedParams(builder: Builder, tensorOf: (value: Value) => tf.Tensor): { params: Params; specs: ParamSpec[]; inputs: Value<'input'>[] } {
  const specs: ParamSpec[] = [];
  const inputs: Value<'input'>[] = [];
  const known = new Map<string, Value<'input'>>();
  const params = new Params((spec) => {
    let input = known.get(spec.name);
    if (!input) {
      input = builder.input(`param/${spec.name}`, spec.shape);
      known.set(spec.name, input);
      specs.push(spec);
      inputs.push(input);
    }
    if (input.shape.join() !== spec.shape.join()) throw new Error(`internal: parameter ${spec.name} asked for as [${spec.shape}] and [${input.shape}]`);
    return tensorOf(input);
  });
  return { params, specs, inputs };
}

/** The loss traced with each parameter as an input of its own: outputs 'metric/loss' and the others. */
export function traceLoss(source: StepSource): { graph: Graph; specs: ParamSpec[] } {
  const builder = new Builder();
  return trace(builder, (recording) => {
    const traced = tracedParams(builder, (v) => recording.tensorOf(v));
    const { inputs, outputs } = tracedLoss(source, builder, recording, traced.params);
    return { graph: verify({ builder, inputs: [...traced.inputs, ...inputs], outputs }, 'trace'), specs: traced.specs };
  });
}

function tracedLoss(source: StepSource, builder: Builder, recording: TraceBackend, params: Params): { inputs: Value<'input'>[]; outputs: Graph['outputs'] } {
  const x = builder.input('x', source.batchShape);
  const noiseInputs = Object.entries(source.noise).map(([name, spec]) => [name, builder.input(`noise/${name}`, spec.shape, spec.dist === 'integers' ? 'int32' : 'float32')] as const);
  const noise = Object.fromEntries(noiseInputs.map(([name, v]) => [name, recording.tensorOf(v)]));
  const { loss, metrics } = source.loss(params, { x: recording.tensorOf<tf.Tensor4D>(x) }, noise);
  const outputs = Object.entries({ loss, ...metrics }).map(([name, t]) => ({ name: `metric/${name}`, value: recording.valueFor(t) }));
  return { inputs: [x, ...noiseInputs.map(([, v]) => v)], outputs };
}

/** The same with all parameters cut out of one flat input 'param'. The parameters themselves are outputs too, so that passes keep track of them. */
function tracePackedLoss(source: StepSource, specs: ParamSpec[]): { graph: Graph; parameters: number } {
  const parameters = specs.reduce((sum, s) => sum + sizeOf(s.shape), 0);
  const builder = new Builder();
  return trace(builder, (recording) => {
    const flat = builder.input('param', [parameters]);
    const cut = new Map<string, Value>();
    let begin = 0;
    for (const { name, shape } of specs) {
      cut.set(name, builder.reshape(builder.slice(flat, [begin], [sizeOf(shape)]), shape));
      begin += sizeOf(shape);
    }
    const { inputs, outputs } = tracedLoss(source, builder, recording, new Params(({ name }) => recording.tensorOf(cut.get(name)!)));
    const tracked = specs.map(({ name }) => ({ name, value: cut.get(name)! }));
    return { graph: verify({ builder, inputs: [flat, ...inputs], outputs: [...outputs, ...tracked] }, 'trace'), parameters };
  });
}

/** -> the whole step as IR: inputs param, m, v, ema, x, noise, step, learningRate; outputs metrics and the next state. */
export function buildStep(source: StepSource): { graph: Graph; specs: ParamSpec[]; packed: CompiledStep['packed'] } {
  const { specs } = traceLoss(source);
  const { graph: traced, parameters } = tracePackedLoss(source, specs);
  const forward = verify(decompose(verify(assignLayout(traced), 'layout')), 'decompose');
  const { builder } = forward;
  const metrics = forward.outputs.slice(0, forward.outputs.length - specs.length);
  const params = forward.outputs.slice(metrics.length).map((o) => o.value);
  const grads = gradients(builder, metrics[0].value, params);
  const flatGrad = builder.op('concat', grads.map((g) => builder.reshape(g, [sizeOf(g.shape)])), { axis: 0 });
  const kinds = ['param', 'm', 'v', ...(source.optimiser.emaDecay > 0 ? ['ema'] : [])];
  const state = kinds.map((kind) => builder.input(kind, [parameters]));
  const step = builder.input('step', []);
  const learningRate = builder.input('learningRate', []);
  const updated = trace(builder, (recording) => {
    const t = (value: Value) => recording.tensorOf(value);
    const [param, m, v, ema] = state.map(t);
    const decays = tf.concat(specs.map((s) => tf.fill([sizeOf(s.shape)], s.shape.length > 1 ? 1 : 0)));
    const { gradNorm, slots: [next] } = adam([{ name: 'all', param, m, v, ema, grad: t(flatGrad), decays }], recording.tensorOf(step), recording.tensorOf(learningRate), source.optimiser);
    const tensors: Record<string, tf.Tensor | undefined> = { param: next.param, m: next.m, v: next.v, ema: next.ema };
    return { gradNorm: recording.valueFor(gradNorm), state: kinds.map((kind) => ({ name: `${kind}'`, value: recording.valueFor(tensors[kind]!) })) };
  });
  const graph: Graph = {
    builder,
    inputs: [...state, ...forward.inputs.slice(1), step, learningRate],
    outputs: [...metrics, { name: 'metric/gradNorm', value: updated.gradNorm }, ...updated.state],
  };
  return { graph: verify(fuse(verify(graph, 'optimiser')), 'fuse'), specs, packed: kinds.map((kind) => ({ kind, size: parameters })) };
}

export function compileStep(source: StepSource, target: Target): CompiledStep {
  const { graph, specs, packed } = buildStep(source);
  return {
    onnx: encodeModel(shareConstants(emit(graph, target))),
    params: specs,
    state: packed.flatMap(({ kind }) => specs.map(({ name, shape }) => ({ name: `${kind}/${name}`, shape, dtype: 'float32' as const }))),
    packed,
    batch: { name: 'x', shape: source.batchShape, dtype: 'float32' },
    noise: source.noise,
    scalars: ['step', 'learningRate'],
    metrics: graph.outputs.filter((o) => o.name.startsWith('metric/')).map((o) => o.name.slice('metric/'.length)),
  };
}
