/** @file Compiles one training step: loss, gradient and optimiser in one static graph. trace -> layout -> decompose -> grad -> optimiser -> fuse -> emit */

import * as tf from '@tensorflow/tfjs-core';
import type { LossResult, NoiseSpec, Tensors } from '../methods/method';
import { adam, type AdamConfig } from '../nn/adam';
import { Params, type ParamSpec } from '../nn/params';
import type { CompiledStep, TensorSpec } from './compiled';
import { emit, shareConstants } from './emit/emit';
import { encodeModel } from './emit/onnx';
import type { Target } from './emit/target';
import { gradients } from './grad/grad';
import { Builder } from './ir/builder';
import type { Graph } from './ir/graph';
import type { Value } from './ir/op';
import { verify } from './ir/verify';
import { decompose } from './passes/decompose';
import { fuse } from './passes/fuse';
import { assignLayout } from './passes/layout';
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

/** The forward graph: outputs 'metric/loss' and the others. */
export function traceLoss(source: StepSource): { graph: Graph; specs: ParamSpec[] } {
  const builder = new Builder();
  return trace(builder, (recording) => {
    const traced = tracedParams(builder, (v) => recording.tensorOf(v));
    const x = builder.input('x', source.batchShape);
    const noiseInputs = Object.entries(source.noise).map(([name, spec]) => [name, builder.input(`noise/${name}`, spec.shape, spec.dist === 'integers' ? 'int32' : 'float32')] as const);
    const noise = Object.fromEntries(noiseInputs.map(([name, v]) => [name, recording.tensorOf(v)]));
    const { loss, metrics } = source.loss(traced.params, { x: recording.tensorOf<tf.Tensor4D>(x) }, noise);
    const outputs = Object.entries({ loss, ...metrics }).map(([name, t]) => ({ name: `metric/${name}`, value: recording.valueFor(t) }));
    const graph: Graph = { builder, inputs: [...traced.inputs, x, ...noiseInputs.map(([, v]) => v)], outputs };
    return { graph: verify(graph, 'trace'), specs: traced.specs };
  });
}

/** -> the whole step as IR: inputs state, x, noise, step, learningRate; outputs metrics and state'. */
export function buildStep(source: StepSource): { graph: Graph; specs: ParamSpec[]; state: TensorSpec[] } {
  const { graph: traced, specs } = traceLoss(source);
  const forward = verify(decompose(verify(assignLayout(traced), 'layout')), 'decompose');
  const { builder } = forward;
  const paramInputs = forward.inputs.slice(0, specs.length);
  const loss = forward.outputs[0].value;
  const grads = gradients(builder, loss, paramInputs);
  const averaged = source.optimiser.emaDecay > 0;
  const stateInput = (kind: string) => specs.map((s) => builder.input(`${kind}/${s.name}`, s.shape));
  const [m, v, ema] = [stateInput('m'), stateInput('v'), averaged ? stateInput('ema') : []];
  const step = builder.input('step', []);
  const learningRate = builder.input('learningRate', []);
  const updated = trace(builder, (recording) => {
    const t = (value: Value) => recording.tensorOf(value);
    const slots = specs.map((s, i) => ({ name: s.name, param: t(paramInputs[i]), m: t(m[i]), v: t(v[i]), ...(averaged ? { ema: t(ema[i]) } : {}), grad: t(grads[i]), decays: s.shape.length > 1 }));
    const result = adam(slots, recording.tensorOf(step), recording.tensorOf(learningRate), source.optimiser);
    const of = (x: tf.Tensor) => recording.valueFor(x);
    return {
      gradNorm: of(result.gradNorm),
      state: [
        ...result.slots.map((s) => ({ name: `param/${s.name}'`, value: of(s.param) })),
        ...result.slots.map((s) => ({ name: `m/${s.name}'`, value: of(s.m) })),
        ...result.slots.map((s) => ({ name: `v/${s.name}'`, value: of(s.v) })),
        ...(averaged ? result.slots.map((s) => ({ name: `ema/${s.name}'`, value: of(s.ema!) })) : []),
      ],
    };
  });
  const state: TensorSpec[] = [...paramInputs, ...m, ...v, ...ema].map((input) => ({ name: input.attrs.name, shape: input.shape, dtype: 'float32' }));
  const graph: Graph = {
    builder,
    inputs: [...paramInputs, ...m, ...v, ...ema, ...forward.inputs.slice(specs.length), step, learningRate],
    outputs: [...forward.outputs, { name: 'metric/gradNorm', value: updated.gradNorm }, ...updated.state],
  };
  return { graph: verify(fuse(verify(graph, 'optimiser')), 'fuse'), specs, state };
}

export function compileStep(source: StepSource, target: Target): CompiledStep {
  const { graph, specs, state } = buildStep(source);
  return {
    onnx: encodeModel(shareConstants(emit(graph, target))),
    params: specs,
    state,
    batch: { name: 'x', shape: source.batchShape, dtype: 'float32' },
    noise: source.noise,
    scalars: ['step', 'learningRate'],
    metrics: graph.outputs.filter((o) => o.name.startsWith('metric/')).map((o) => o.name.slice('metric/'.length)),
  };
}
