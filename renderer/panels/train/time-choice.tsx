/** @file How long to train: by time, by steps, or until it is stopped. */

import { useWords } from '../../state/words';
import { NumberField } from '../../widgets/number-field';
import { SegmentedControl } from '../../widgets/segmented-control';
import { timeChoice, type TrainState } from './spec';
import styles from './view.module.css';

export interface TimeChoiceProps {
  state: TrainState;
  onChange(patch: Partial<TrainState>): void;
}

export function TimeChoice({ state: { time, minutes, steps }, onChange }: TimeChoiceProps) {
  const t = useWords('train');
  return (
    <div className={styles['row']}>
      <SegmentedControl label={t('time.title')} hideLabel options={timeChoice.options.map((value) => ({ value, label: value === 'minutes' ? t('time.minutes', { minutes: t.number(minutes) }) : t(`time.${value}`) }))} value={time} onChange={(now) => onChange({ time: now })} />
      {time === 'minutes' && <NumberField label={t('time.minutesField')} value={minutes} min={0.1} onChange={(now) => now !== undefined && now > 0 && onChange({ minutes: now })} className={styles['short']} />}
      {time === 'steps' && <NumberField label={t('time.stepsField')} value={steps} min={1} step={1000} onChange={(now) => now !== undefined && Number.isInteger(now) && now >= 1 && onChange({ steps: now })} className={styles['short']} />}
    </div>
  );
}
