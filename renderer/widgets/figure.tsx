/** @file A number with its unit: at most 4 significant digits, all of them on hover. */

import { useWords } from '../state/words';
import { classes } from './class-names';
import styles from './figure.module.css';
import { Named } from './named';

export interface FigureProps {
  value: number;
  /** In the language in force; stands after a narrow space. */
  unit?: string;
  /** What the number is, in quiet words above it. */
  label?: React.ReactNode;
  /** How it was computed and from how many samples, shown on hover. */
  how?: string;
  /** Other than 4 significant digits. */
  options?: Intl.NumberFormatOptions;
  className?: string;
}

export function Figure({ value, unit, label, how, options, className }: FigureProps) {
  const t = useWords('widgets');
  const shown = Number.isFinite(value) ? t.number(value, options) : Number.isNaN(value) ? 'NaN' : value > 0 ? '∞' : '−∞';
  const full = Number.isFinite(value) ? t.number(value, { maximumSignificantDigits: 17 }) : shown;
  const text = (
    <span className={classes(styles['figure'], !label && className)} title={[`${full}${unit ? `\u202f${unit}` : ''}`, how].filter(Boolean).join('\n')}>
      {shown}
      {unit && <span className={styles['unit']}>{`\u202f${unit}`}</span>}
    </span>
  );
  if (!label) return text;
  return (
    <Named name={label} className={className}>
      {text}
    </Named>
  );
}
