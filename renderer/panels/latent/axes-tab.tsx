/** @file A slider for each latent axis over the histogram of the data, those that carry most first. */

import { memo, useDeferredValue, useEffect, useMemo, useState } from 'react';
import type { LatentStats } from '../../../preload/contract/latents';
import type { Answer } from '../../link/answer';
import { useWords } from '../../state/words';
import { Button } from '../../widgets/button';
import { Failed } from '../../widgets/failed';
import { Progress } from '../../widgets/progress';
import { Fold } from '../../widgets/section';
import { Slider } from '../../widgets/slider';
import { Term } from '../../widgets/term';
import styles from './axes-tab.module.css';

const shownFirst = 10;
/** Of those folded, so many at a time: a space of hundreds of axes stays quick. */
const shownMore = 50;

export interface AxesTabProps {
  stats: Answer<LatentStats>;
  z: Float32Array;
  anchor: Float32Array;
  /** Moves one axis. */
  onAxis(axis: number, value: number): void;
}

/** Follows the vector when there is time for it: the picture comes first. */
export function AxesTab({ z, ...rest }: AxesTabProps) {
  return <Sliders z={useDeferredValue(z)} {...rest} />;
}

const Sliders = memo(function Sliders({ stats, z, anchor, onAxis }: AxesTabProps) {
  const t = useWords('latent');
  const [more, setMore] = useState(shownMore);
  if (stats.error) return <Failed inline error={stats.error} onRetry={stats.again} />;
  const { value } = stats;
  if (!value) return <Progress label={t('axes.busy')} report={stats.report} />;
  const { order, measure, images, count, latentSize } = value;
  const whole = (one: number): string => t.number(one, { maximumFractionDigits: 0 });
  const slider = (axis: number) => <AxisSlider key={axis} axis={axis} stats={value} value={z[axis]} start={anchor[axis]} onAxis={onAxis} />;
  const folded = [...order.subarray(shownFirst)];
  return (
    <div className={styles['tab']}>
      <p className={styles['note']}>
        {measure === 'kl' ? <Term id="kl">{t('axes.byKl')}</Term> : t('axes.byVariance')} · {t('axes.from', { images: whole(images), count: whole(count) })}
      </p>
      <div className={styles['sliders']}>{[...order.subarray(0, shownFirst)].map(slider)}</div>
      {folded.length > 0 && (
        <Fold title={t('axes.more', { count: folded.length })}>
          <div className={styles['sliders']}>{folded.slice(0, more).map(slider)}</div>
          {folded.length > more && <Button onClick={() => setMore(more + shownMore)}>{t('axes.evenMore', { shown: shownFirst + more, count: latentSize })}</Button>}
        </Fold>
      )}
    </div>
  );
});

interface AxisSliderProps {
  axis: number;
  stats: LatentStats;
  value: number;
  /** Where the anchor is. */
  start: number;
  onAxis: AxesTabProps['onAxis'];
}

const AxisSlider = memo(function AxisSlider({ axis, stats, value, start, onAxis }: AxisSliderProps) {
  const t = useWords('latent');
  // What was set here is shown at once, until the vector has followed.
  const [held, setHeld] = useState<number | undefined>(undefined);
  useEffect(() => setHeld(undefined), [value]);
  const bins = stats.histogram.length / stats.latentSize;
  const [low, high] = axisRange(stats, axis);
  const unit = stats.measure === 'kl' ? 'axes.nats' : 'axes.variance';
  const bars = useMemo(() => {
    const counts = stats.histogram.subarray(axis * bins, (axis + 1) * bins);
    const most = counts.reduce((a, b) => Math.max(a, b), 1);
    return `M0 1${Array.from(counts, (count, bin) => `V${(1 - count / most).toFixed(3)}H${bin + 1}`).join('')}V1Z`;
  }, [stats, axis, bins]);
  return (
    <div className={styles['axis']}>
      <svg className={styles['histogram']} viewBox={`0 0 ${bins} 1`} preserveAspectRatio="none" aria-hidden>
        <path d={bars} />
      </svg>
      <Slider
        className={styles['slider']}
        label={t('axes.axis', { axis })}
        labelContent={
          <>
            {t('axes.axis', { axis })} · <span className={styles['amount']}>{t(unit, { value: t.number(stats.information[axis], { minimumSignificantDigits: 3, maximumSignificantDigits: 3 }) })}</span>
          </>
        }
        value={held ?? value}
        min={low}
        max={high}
        step={(high - low) / 200}
        reset={start}
        marks={[{ value: start }]}
        format={(one) => t.number(one, { minimumFractionDigits: 2, maximumFractionDigits: 2, signDisplay: 'negative' })}
        onChange={(now) => {
          setHeld(now);
          onAxis(axis, now);
        }}
      />
    </div>
  );
});

/** From the 1st to the 99th percentile, as the histogram goes. */
export function axisRange(stats: Pick<LatentStats, 'percentiles'>, axis: number): [number, number] {
  const [low, high] = [stats.percentiles[axis * 99], stats.percentiles[axis * 99 + 98]];
  return low < high ? [low, high] : [low - 0.5, low + 0.5];
}
