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
  /** The state that training goes on from. */
  checkpoint?: State;
}

export interface PreparedTraining {
  runner: StepRunner;
  compiled: CompiledStep;
  /** The state of a new run: each of compiled.state, drawn from the seed. */
  initialState: State;
  /** ONNX files by graph name. `state` holds at least the weights to use: 'ema/*' where the step keeps an average, else 'param/*'. */
  exportGraphs(state: State): Promise<Map<string, Uint8Array>>;
  /** A PNG of what the model can do so far, of the same weights. @throws LabError 'cancelled' where the work is aborted */
  preview?(state: State, step: number, work: Work): Promise<Uint8Array>;
  /** Where the steps run. */
  device: string;
  /** Set when that is not the device asked for. */
  fallback?: { from: string; reason: string };
}

export type PrepareTraining = (request: PrepareRequest) => Promise<PreparedTraining>;

/** The names of the state that make the trained model. */
export function weightNames(compiled: CompiledStep): Set<string> {
  const names = compiled.state.map(({ name }) => name);
  const average = names.filter((name) => name.startsWith('ema/'));
  return new Set(average.length > 0 ? average : names.filter((name) => name.startsWith('param/')));
}
