/** @file The graphs of a trained model with the weights of a state in them: for the run's folder, and for a look at what it can do so far. */

import { compileGraph } from '../compiler/compile-graph';
import type { CompiledGraph } from '../compiler/compiled';
import { bakeInputs } from '../compiler/emit/onnx';
import { gpuTarget } from '../compiler/emit/target';
import type { GraphSpec } from '../methods/method';
import { weightOf, type State } from './prepared';

export interface GraphsOfState {
  /** ONNX by graph name. */
  all(state: State): Map<string, Uint8Array>;
  /** The first graph that has one of `wanted` signatures; undefined where none has. */
  first(wanted: readonly string[], state: State): { signature: string; onnx: Uint8Array } | undefined;
}

/** They stand for any device, so they use only what every provider has. Each is compiled once, when it is first needed; weights are filled in each time. */
export function graphsOf(specs: Record<string, GraphSpec>): GraphsOfState {
  const compiled = new Map<string, CompiledGraph>();
  const filled = (name: string, state: State): Uint8Array => {
    const graph = compiled.get(name) ?? compileGraph(name, specs[name], gpuTarget);
    compiled.set(name, graph);
    const values: State = new Map(graph.params.map((param) => [`param/${param}`, weightOf(state, param)]));
    return bakeInputs(graph.onnx, values);
  };
  return {
    all: (state) => new Map(Object.keys(specs).map((name) => [name, filled(name, state)])),
    first(wanted, state) {
      for (const signature of wanted) {
        const found = Object.entries(specs).find(([, spec]) => spec.signature === signature);
        if (found) return { signature, onnx: filled(found[0], state) };
      }
      return undefined;
    },
  };
}
