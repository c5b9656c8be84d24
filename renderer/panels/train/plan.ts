/** @file The plan that the panel's choices make, as the lab is asked. */

import type { TrainingPlan } from '../../../preload/contract/domains/training';
import type { TrainSpec, TrainState } from './spec';

const nightMinutes = 8 * 60;

/** Totals of the chosen time; none: until it is stopped. */
export function limitsOf({ time, minutes, steps }: Pick<TrainState, 'time' | 'minutes' | 'steps'>): { minutes?: number; steps?: number } {
  switch (time) {
    case 'minutes':
      return { minutes };
    case 'hour':
      return { minutes: 60 };
    case 'night':
      return { minutes: nightMinutes };
    case 'steps':
      return { steps };
    case 'endless':
      return {};
  }
}

/** undefined while images or method are not chosen. */
export function planOf({ dataset, method }: TrainSpec, state: TrainState, device: string | undefined): TrainingPlan | undefined {
  if (dataset === undefined || method === undefined) return undefined;
  const view = Object.fromEntries(Object.entries(state.view).filter(([, value]) => value !== undefined));
  return { method, dataset, config: state.changed[method] ?? {}, ...(Object.keys(view).length > 0 && { view }), ...(device !== undefined && { device }), ...limitsOf(state) };
}

/** `changed` with a field of a method set; undefined takes it back to its default. */
export function withField(changed: TrainState['changed'], method: string, field: string, value: TrainState['changed'][string][string] | undefined): TrainState['changed'] {
  const { [field]: _gone, ...kept } = changed[method] ?? {};
  return { ...changed, [method]: value === undefined ? kept : { ...kept, [field]: value } };
}
