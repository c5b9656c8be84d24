/** @file The noise schedule over t: alphaBar or betaBar, beta, and the signal-to-noise ratio, with the current t marked. */

import { useMemo, useRef, type ReactNode } from 'react';
import type { ScheduleResult } from '../../../preload/contract/diffusion';
import { useWords } from '../../state/words';
import { useSize } from '../../widgets/device-pixels';
import { SegmentedControl } from '../../widgets/segmented-control';
import { Term } from '../../widgets/term';
import { alphaBarAt, paperTime, signalToNoiseDb } from './forward';
import styles from './schedule-chart.module.css';
import { shareWords } from './share-words';

export interface ScheduleChartProps {
  schedule: ScheduleResult;
  /** Timestep: -1 is the image itself. */
  t: number;
  curve: 'alphaBar' | 'betaBar';
  onCurve(curve: 'alphaBar' | 'betaBar'): void;
  /** Timesteps of the sampler. */
  ticks?: ArrayLike<number>;
}

const plotHeight = 46;

/** Pixels from the top. */
const heightOf = (value: number, low: number, high: number): number => 2 + (plotHeight - 4) * (1 - (value - low) / (high - low));

const pathOf = (values: readonly number[], low: number, high: number, width: number): string =>
  values.map((value, i) => `${i === 0 ? 'M' : 'L'}${(((i + 1) / values.length) * width).toFixed(1)} ${heightOf(value, low, high).toFixed(1)}`).join('');

interface PlotProps {
  name: ReactNode;
  label: string;
  /** At t = 1 to T of the literature. */
  values: readonly number[];
  range: readonly [number, number];
  /** Now, in words. */
  now: string;
  /** 0 to 1, or undefined where there is no such value. */
  at: { x: number; value: number } | undefined;
  ends: readonly [string, string];
}

function Plot({ name, label, values, range, now, at, ends }: PlotProps) {
  const box = useRef<HTMLDivElement>(null);
  const { width } = useSize(box);
  const [low, high] = range;
  const path = useMemo(() => pathOf(values, low, high, width), [values, width, low, high]);
  return (
    <div className={styles['plot']}>
      <div className={styles['head']}>
        {name}
        <output className={styles['value']}>{now}</output>
      </div>
      <div className={styles['row']}>
        <div className={styles['ends']} aria-hidden>
          <span>{ends[1]}</span>
          <span>{ends[0]}</span>
        </div>
        <div ref={box} className={styles['canvas']}>
          <svg width={width} height={plotHeight} role="img" aria-label={label}>
            <path d={path} className={styles['line']} />
            {at && (
              <>
                <line x1={at.x * width} x2={at.x * width} y1={0} y2={plotHeight} className={styles['mark']} />
                <circle cx={at.x * width} cy={heightOf(Math.min(high, Math.max(low, at.value)), low, high)} r={3.5} className={styles['dot']} />
              </>
            )}
          </svg>
        </div>
      </div>
    </div>
  );
}

export function ScheduleChart({ schedule, t: timestep, curve, onCurve, ticks }: ScheduleChartProps) {
  const t = useWords('diffusion');
  const { alphaBar, steps } = schedule;
  const curves = useMemo(() => {
    const bars = [...alphaBar];
    return {
      alphaBar: bars,
      betaBar: bars.map((value) => 1 - value),
      beta: bars.map((value, i) => 1 - value / (i === 0 ? 1 : bars[i - 1])),
      snr: bars.map(signalToNoiseDb),
    };
  }, [alphaBar]);
  const x = paperTime(timestep) / steps;
  const abar = alphaBarAt(schedule, timestep);
  const bar = curve === 'alphaBar' ? abar : 1 - abar;
  const beta = timestep < 0 ? undefined : curves.beta[timestep];
  const snr = timestep < 0 ? undefined : curves.snr[timestep];
  const most = Math.max(...curves.beta);
  const [quietest, loudest] = [Math.min(...curves.snr), Math.max(...curves.snr)];
  const decibels = (value: number): string => t('decibels', { value: t.number(value, { maximumFractionDigits: 1 }) });
  return (
    <div className={styles['chart']}>
      <div className={styles['top']}>
        <span className={styles['now']}>{t('timeIs', { t: paperTime(timestep), total: steps })}</span>
        <SegmentedControl
          label={t('curve')}
          hideLabel
          options={[
            { value: 'alphaBar', label: 'ᾱ' },
            { value: 'betaBar', label: 'β̄' },
          ]}
          value={curve}
          onChange={onCurve}
        />
      </div>
      <Plot
        name={<Term id={curve === 'alphaBar' ? 'alpha-bar' : 'beta-bar'} />}
        label={t(`plot.${curve}`)}
        values={curves[curve]}
        range={[0, 1]}
        now={shareWords(t, bar, 4)}
        at={{ x, value: bar }}
        ends={['0', '1']}
      />
      <Plot
        name={<Term id="beta" />}
        label={t('plot.beta')}
        values={curves.beta}
        range={[0, most]}
        now={beta === undefined ? '–' : shareWords(t, beta, 4)}
        at={beta === undefined ? undefined : { x, value: beta }}
        ends={['0', t.number(most, { maximumSignificantDigits: 2 })]}
      />
      <Plot
        name={<Term id="snr" />}
        label={t('plot.snr')}
        values={curves.snr}
        range={[quietest, loudest]}
        now={snr === undefined ? '∞' : decibels(snr)}
        at={snr === undefined ? undefined : { x, value: snr }}
        ends={[t.number(quietest, { maximumFractionDigits: 0 }), t.number(loudest, { maximumFractionDigits: 0 })]}
      />
      <div className={styles['row']}>
        <div className={styles['ends']} />
        <div className={styles['axis']} aria-hidden>
          {ticks && ticks.length <= 100 && (
            <svg className={styles['ticks']} viewBox="0 0 1000 5" preserveAspectRatio="none">
              <path d={Array.from(ticks, (one) => `M${((paperTime(one) / steps) * 1000).toFixed(2)} 0v5`).join('')} className={styles['tick']} />
            </svg>
          )}
          <div className={styles['labels']}>
            <span>0</span>
            <span>t</span>
            <span>{t.number(steps, { maximumFractionDigits: 0 })}</span>
          </div>
        </div>
      </div>
    </div>
  );
}
