/** @file One training step in eager tfjs, gradients by tfjs: what compiled steps are compared with. */

import * as tf from '@tensorflow/tfjs-core';
import type { CompiledStep } from '../../main/compiler/compiled';
import { eagerStep as stepOf, type EagerFeeds, type EagerState } from '../../main/compiler/eager-step';
import type { StepSource } from '../../main/compiler/step-source';

export const eagerState = (compiled: Pick<CompiledStep, 'state'>, values: ReadonlyMap<string, Float32Array>): EagerState =>
  new Map(compiled.state.map(({ name, shape }) => [name, tf.tensor(values.get(name)!, shape)]));

/** -> metrics and the whole next state. */
export function eagerStep(source: StepSource, { params }: Pick<CompiledStep, 'params'>, before: EagerState, feeds: EagerFeeds): { metrics: Record<string, number>; state: EagerState } {
  const { metrics, state } = stepOf(source, params)(before, feeds);
  return { metrics, state: new Map([...before, ...state]) };
}
