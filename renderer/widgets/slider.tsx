/** @file A slider: a value told while it is dragged, and once more when it rests. A double click takes it back to where it began. */

import { Slider as Base } from '@base-ui/react/slider';
import { useId, type ReactNode } from 'react';
import { useWords } from '../state/words';
import { classes } from './class-names';
import fieldStyles from './field.module.css';
import styles from './slider.module.css';

export interface SliderProps {
  label: string;
  hideLabel?: boolean;
  /** Shown in the label's place: the label with a hover card, say. */
  labelContent?: ReactNode;
  value: number;
  min: number;
  max: number;
  step: number;
  /** Live, while dragging. */
  onChange(value: number): void;
  /** At the end of a drag or on a key. */
  onCommit?(value: number): void;
  /** The value in words, with its unit; else at most 4 significant digits. */
  format?: (value: number) => string;
  /** Does not show the value beside the label. */
  hideValue?: boolean;
  /** What a double click takes back. */
  reset?: number;
  /** Places worth a tick: the mean of a dimension, the first and last step. */
  marks?: readonly { value: number; label?: string }[];
  vertical?: boolean;
  disabled?: boolean;
  className?: string;
}

const clamped = (value: number, min: number, max: number): number => Math.min(max, Math.max(min, value));

export function Slider(props: SliderProps) {
  const { label, hideLabel = false, labelContent, value, min, max, step, onChange, onCommit, hideValue = false, reset, marks = [], vertical = false, disabled, className } = props;
  const t = useWords('widgets');
  const id = useId();
  const format = props.format ?? ((one: number) => t.number(one));
  const takeBack = (): void => {
    if (reset === undefined || disabled) return;
    onChange(reset);
    onCommit?.(reset);
  };
  const place = (one: number): string => `${(100 * (clamped(one, min, max) - min)) / (max - min || 1)}%`;
  return (
    <Base.Root
      value={clamped(value, min, max)}
      min={min}
      max={max}
      step={step}
      largeStep={Math.max(step, (max - min) / 10)}
      onValueChange={(now) => onChange(now)}
      onValueCommitted={(now) => onCommit?.(now)}
      orientation={vertical ? 'vertical' : 'horizontal'}
      thumbAlignment="edge"
      disabled={disabled}
      className={classes(styles['slider'], vertical && styles['vertical'], className)}
    >
      <div className={styles['head']} hidden={hideLabel && hideValue}>
        <span className={hideLabel ? fieldStyles['hidden'] : fieldStyles['label']}>{labelContent ?? label}</span>
        {!hideValue && (
          <output className={styles['value']} aria-hidden>
            {format(value)}
          </output>
        )}
      </div>
      <Base.Control className={styles['control']} onDoubleClick={takeBack} title={reset === undefined ? undefined : t('resetHint', { value: format(reset) })}>
        <Base.Track className={styles['track']}>
          <Base.Indicator className={styles['indicator']} />
          {marks.map((mark) => (
            <span key={mark.value} className={styles['mark']} style={vertical ? { bottom: place(mark.value) } : { left: place(mark.value) }} aria-hidden />
          ))}
          <Base.Thumb className={styles['thumb']} getAriaLabel={() => label} getAriaValueText={() => format(value)} aria-describedby={marks.some((mark) => mark.label) ? `${id}-marks` : undefined} />
        </Base.Track>
      </Base.Control>
      {marks.some((mark) => mark.label) && (
        <div id={`${id}-marks`} className={styles['marks']}>
          {marks.map((mark) => (
            <span key={mark.value} style={{ left: place(mark.value) }}>
              {mark.label}
            </span>
          ))}
        </div>
      )}
    </Base.Root>
  );
}
