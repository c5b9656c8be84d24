/** @file Work under way: how far, how fast, how long still, and a way to stop it. */

import { X } from 'lucide-react';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import type { Progress as Report } from '../../preload/contract/progress';
import { useWords } from '../state/words';
import { Button, IconButton } from './button';
import { classes } from './class-names';
import { paceOf, type Pace, type Sighting } from './pace';
import styles from './progress.module.css';

export interface ProgressProps {
  /** What is being done. */
  label: string;
  /** undefined: nothing heard yet. */
  report?: Pick<Report, 'done' | 'total' | 'phase'> & { stepsPerSecond?: unknown };
  /** What is counted, for the rate: 'steps', 'images'. */
  unit?: string;
  onCancel?(): void;
  cancelling?: boolean;
  compact?: boolean;
  className?: string;
}

/** Rate and time left: of the last ten seconds of a phase, or as the work itself tells them. */
function usePace(report: ProgressProps['report']): Pace {
  const sightings = useRef<Sighting[]>([]);
  const phase = useRef<string | undefined>(undefined);
  const [pace, setPace] = useState<Pace>({});
  const { done, total, phase: now, stepsPerSecond } = report ?? {};
  useEffect(() => {
    if (done === undefined || total === undefined) return;
    if (phase.current !== now) sightings.current = [];
    phase.current = now;
    sightings.current = [...sightings.current.filter(({ atMs }) => performance.now() - atMs < 10_000), { atMs: performance.now(), done }];
    setPace(paceOf(sightings.current, total));
  }, [done, total, now]);
  if (typeof stepsPerSecond !== 'number' || !(stepsPerSecond > 0) || done === undefined || total === undefined) return pace;
  return { perSecond: stepsPerSecond, ...(total > 0 && { secondsLeft: Math.max(0, total - done) / stepsPerSecond }) };
}

export function Progress({ label, report, unit, onCancel, cancelling = false, compact = false, className }: ProgressProps) {
  const t = useWords('widgets');
  const pace = usePace(report);
  const known = report !== undefined && report.total > 0;
  const share = known ? Math.min(1, report.done / report.total) : undefined;
  const facts = [
    known && t('progress.of', { done: t.number(report.done, { maximumFractionDigits: 0 }), total: t.number(report.total, { maximumFractionDigits: 0 }) }),
    pace.perSecond !== undefined && t('progress.rate', { rate: t.number(pace.perSecond), unit: unit ?? '' }).trim(),
    pace.secondsLeft !== undefined && !cancelling && t('progress.left', { time: t.seconds(pace.secondsLeft) }),
  ].filter((one) => typeof one === 'string');
  return (
    <div className={classes(styles['progress'], compact && styles['compact'], className)}>
      <div className={styles['head']}>
        <span className={styles['label']}>{cancelling ? t('progress.cancelling') : label}</span>
        {share !== undefined && <span className={styles['share']}>{t.number(share, { style: 'percent', maximumFractionDigits: 0 })}</span>}
        {onCancel && compact && <IconButton small icon={X} label={t('progress.cancel')} onClick={onCancel} disabled={cancelling} />}
      </div>
      <div
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={share === undefined ? undefined : Math.round(share * 100)}
        className={classes(styles['track'], share === undefined && styles['unknown'])}
      >
        <div className={styles['bar']} style={share === undefined ? undefined : { width: `${share * 100}%` }} />
      </div>
      {facts.length > 0 && <div className={styles['facts']}>{facts.join(' · ')}</div>}
      {onCancel && !compact && (
        <div>
          <Button onClick={onCancel} disabled={cancelling}>
            {t('progress.cancel')}
          </Button>
        </div>
      )}
    </div>
  );
}

/** A whole view that is waiting for its work. `children`: what can be said or shown meanwhile. */
export function Busy({ children, ...progress }: ProgressProps & { children?: ReactNode }) {
  return (
    <div className={styles['busy']} role="status" aria-live="off">
      <Progress {...progress} className={styles['wide']} />
      {children}
    </div>
  );
}
