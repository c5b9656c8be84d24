/** @file A slider for each latent axis over the histogram of the data, those that carry most first. */

import { useMemo, useState } from 'react';
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
import type { LatentPoint } from './use-point';

const shownFirst = 10;
/** Of those folded, so many at a time: a space of hundreds of axes stays quick. */
const shownMore = 50;

export function AxesTab({ stats, point }: { stats: Answer<LatentStats>; point: LatentPoint }) {
  const t = useWords('latent');
  const [more, setMore] = useState(shownMore);
  if (stats.error) return <Failed inline error={stats.error} onRetry={stats.again} />;
  if (!stats.value) return <Progress label={t('axes.busy')} report={stats.report} />;
  const { order, measure, images, count, latentSize } = stats.value;
  const whole = (value: number): string => t.number(value, { maximumFractionDigits: 0 });
  const slider = (axis: number) => <AxisSlider key={axis} axis={axis} stats={stats.value as LatentStats} point={point} />;
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
}

function AxisSlider({ axis, stats, point }: { axis: number; stats: LatentStats; point: LatentPoint }) {
  const t = useWords('latent');
  const bins = stats.histogram.length / stats.latentSize;
  const [low, high] = axisRange(stats, axis);
  const unit = stats.measure === 'kl' ? 'axes.nats' : 'axes.variance';
  const bars = useMemo(() => {
    const counts = stats.histogram.subarray(axis * bins, (axis + 1) * bins);
    const most = counts.reduce((a, b) => Math.max(a, b), 1);
    return `M0 1${Array.from(counts, (count, bin) => `V${(1 - count / most).toFixed(3)}H${bin + 1}`).join('')}V1Z`;
  }, [stats, axis, bins]);
  const set = (value: number): void => {
    const z = point.z.slice();
    z[axis] = value;
    point.move(z);
  };
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
        value={point.z[axis]}
        min={low}
        max={high}
        step={(high - low) / 200}
        reset={point.anchor.z[axis]}
        marks={[{ value: point.anchor.z[axis] }]}
        format={(value) => t.number(value, { minimumFractionDigits: 2, maximumFractionDigits: 2, signDisplay: 'negative' })}
        onChange={set}
      />
    </div>
  );
}

/** From the 1st to the 99th percentile, as the histogram goes. */
export function axisRange(stats: Pick<LatentStats, 'percentiles'>, axis: number): [number, number] {
  const [low, high] = [stats.percentiles[axis * 99], stats.percentiles[axis * 99 + 98]];
  return low < high ? [low, high] : [low - 0.5, low + 0.5];
}
