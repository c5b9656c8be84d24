/** @file Compiles what a trained model can do: one ONNX graph with a symbolic batch axis, traced at two batch sizes. */

import type { GraphSpec } from '../methods/method';
import type { CompiledGraph, TensorSpec } from './compiled';
import { emit, shareConstants } from './emit/emit';
import { encodeModel, type Model } from './emit/onnx';
import { probeBatches, symbolicBatch } from './emit/symbolic';
import type { Target } from './emit/target';
import { Builder } from './ir/builder';
import type { Graph } from './ir/graph';
import { verify } from './ir/verify';
import { decompose } from './passes/decompose';
import { fuse } from './passes/fuse';
import { assignLayout } from './passes/layout';
import { tracedParams } from './trace-step';
import { trace } from './trace/trace';

/** The graph at one batch size, as IR. */
function traceGraph(spec: GraphSpec, batch: number): { graph: Graph; params: string[] } {
  const builder = new Builder();
  return trace(builder, (recording) => {
    const traced = tracedParams(builder, (v) => recording.tensorOf(v));
    const inputs = Object.entries(spec.inputs).map(([name, { shape, dtype = 'float32' }]) => [name, builder.input(name, [batch, ...shape], dtype)] as const);
    const results = spec.run(traced.params, Object.fromEntries(inputs.map(([name, v]) => [name, recording.tensorOf(v)])));
    const outputs = Object.entries(results).map(([name, t]) => ({ name, value: recording.valueFor(t) }));
    const graph: Graph = { builder, inputs: [...inputs.map(([, v]) => v), ...traced.inputs()], outputs };
    const forward = verify(decompose(verify(assignLayout(verify(graph, 'trace')), 'layout')), 'decompose');
    return { graph: verify(fuse(forward), 'fuse'), params: traced.specs.map((s) => s.name) };
  });
}

/** Parameters are inputs 'param/NAME' of the result; `bakeInputs` makes them initializers. Metadata: signature, layout and the spec's own. */
export function compileGraph(name: string, spec: GraphSpec, target: Target): CompiledGraph {
  const [a, b] = probeBatches.map((batch) => traceGraph(spec, batch));
  const model: Model = shareConstants(symbolicBatch(emit(a.graph, target), emit(b.graph, target)));
  const metadata = { 'genoise.name': name, 'genoise.signature': spec.signature, 'genoise.layout': 'NHWC', ...Object.fromEntries(Object.entries(spec.metadata ?? {}).map(([k, v]) => [`genoise.${k}`, v])) };
  const ports = (list: { name: string; value: { shape: number[]; dtype: TensorSpec['dtype'] } }[]): TensorSpec[] => list.map(({ name: port, value }) => ({ name: port, shape: value.shape.slice(1), dtype: value.dtype }));
  return {
    name,
    onnx: encodeModel({ ...model, metadata }),
    params: a.params,
    inputs: ports(a.graph.inputs.slice(0, Object.keys(spec.inputs).length).map((v) => ({ name: v.attrs.name, value: v }))),
    outputs: ports(a.graph.outputs),
    metadata,
  };
}
