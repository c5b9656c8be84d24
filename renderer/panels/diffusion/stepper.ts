/** @file What the stepper's parts share: the run, its schedule, and how it is shown. */

import type { ScheduleResult } from '../../../preload/contract/diffusion';
import { useWords } from '../../state/words';
import { alphaBarAt, paperTime } from './forward';
import { shareWords } from './share-words';
import type { DiffusionState } from './state';

export interface Stepper {
  run: string;
  schedule: ScheduleResult;
  state: DiffusionState;
  change(patch: Partial<DiffusionState>): void;
  visible: boolean;
  /** That the user set, if it can be used; the best usable one when absent. */
  device: string | undefined;
  /** Where missing images are imported or looked for. */
  openLibrary(): void;
}

/** 't = 740, ᾱ = 0.21', as the literature counts. */
export function useTimeWords({ schedule, state }: Pick<Stepper, 'schedule' | 'state'>): (timestep: number) => string {
  const t = useWords('diffusion');
  return (timestep) => {
    const abar = alphaBarAt(schedule, timestep);
    const name = state.curve === 'alphaBar' ? 'ᾱ' : 'β̄';
    return t('timeAndBar', { t: paperTime(timestep), name, value: shareWords(t, state.curve === 'alphaBar' ? abar : 1 - abar) });
  };
}
