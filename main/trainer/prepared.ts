/** @file What a run needs before its first step: a compiled step on a device, its first state, and the graphs that come out of a state. */

import type { Work } from '../../preload/contract/progress';
import type { RunInfo } from '../../preload/contract/runs';
import type { CompiledStep } from '../compiler/compiled';
import type { StepRunner } from '../runtime/step-runner-types';

/** State tensors by the compiled step's names ('param/NAME', 'ema/NAME'...). */
export type State = Map<string, Float32Array>;

/** Images as a view has them. */
export interface TrainingShape {
  height: number;
  width: number;
  channels: number;
}

export interface PrepareRequest {
  info: RunInfo;
  view: TrainingShape;
  /** A device's id, or 'auto' for the best usable one. */
  device: string;
  seed: number;
  /** Of the processor; all when absent. */
  threads?: number;
  /** Where compiled steps are kept; none are when absent. */
  stepCache?: string;
  /** The state that training goes on from. */
  checkpoint?: State;
}

export interface PreparedTraining {
  runner: StepRunner;
  compiled: CompiledStep;
  /** The state of a new run: each of compiled.state, drawn from the seed. */
  initialState: State;
  /** ONNX files by graph name. `state` holds at least the weights to use, those of `weightNames`. */
  exportGraphs(state: State): Promise<Map<string, Uint8Array>>;
  /** A PNG of what the model can do so far, of the same weights. @throws LabError 'cancelled' where the work is aborted */
  preview?(state: State, step: number, work: Work): Promise<Uint8Array>;
  /** Where the steps run. */
  device: string;
  /** Set when that is not the device asked for. */
  fallback?: { from: string; reason: string };
}

export type PrepareTraining = (request: PrepareRequest) => Promise<PreparedTraining>;

/** The names of the state that make the trained model: of each parameter its average or else itself, teachers, and what losses kept. */
export function weightNames(compiled: Pick<CompiledStep, 'state'>): Set<string> {
  const names = new Set(compiled.state.map(({ name }) => name));
  const averaged = (name: string) => name.startsWith('param/') && names.has(`ema/${name.slice('param/'.length)}`);
  return new Set([...names].filter((name) => /^(param|ema|teacher|state)\//.test(name) && !averaged(name)));
}

/** A weight of the trained model by its parameter's name, out of a state that holds at least those of `weightNames`. */
export function weightOf(state: State, name: string): Float32Array {
  const found = ['ema', 'param', 'teacher', 'state'].map((kind) => state.get(`${kind}/${name}`)).find((values) => values !== undefined);
  if (!found) throw new Error(`internal: the state holds no ${name}`);
  return found;
}
