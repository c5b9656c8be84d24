/** @file The curves of a training: the loss large, the others beside it, one cursor and one range for all. */

import { ZoomOut } from 'lucide-react';
import { LineChart } from '../../charts/line-chart';
import type { Curves } from '../../state/run-curves';
import { useWords } from '../../state/words';
import { Button } from '../../widgets/button';
import { Section } from '../../widgets/section';
import { Slider } from '../../widgets/slider';
import { Switch } from '../../widgets/switch';
import type { RunState } from './spec';
import styles from './view.module.css';

export interface CurvesProps {
  run: string;
  curves: Curves | undefined;
  /** Metric id -> its name with unit, of the method. */
  names: Readonly<Record<string, string>>;
  state: RunState;
  change(patch: Partial<RunState>): void;
  /** Step of the samples in sight. */
  marker: number | undefined;
}

export function CurvesView({ run, curves, names, state, change, marker }: CurvesProps) {
  const t = useWords('run');
  const shown = [...(curves?.series.keys() ?? [])].sort((a, b) => Number(b === 'loss') - Number(a === 'loss'));
  const nameOf = (metric: string): string => names[metric] ?? (t.has(`metric.${metric}`) ? t(`metric.${metric}`) : metric);
  return (
    <Section
      title={t('curves.title')}
      className={styles['curves']}
      actions={
        state.range && (
          <Button variant="quiet" icon={ZoomOut} onClick={() => change({ range: undefined })}>
            {t('curves.all')}
          </Button>
        )
      }
    >
      {!curves || curves.steps.length === 0 ? (
        <p className={styles['quiet']}>{t(curves ? 'curves.none' : 'curves.reading')}</p>
      ) : (
        <>
          <div className={styles['tools']}>
            <Switch label={t('curves.log')} checked={state.log} onChange={(log) => change({ log })} />
            <Slider label={t('curves.smoothing')} value={state.smoothing} min={0} max={0.99} step={0.01} reset={0.9} onChange={(smoothing) => change({ smoothing })} format={(value) => t.number(value, { maximumFractionDigits: 2 })} className={styles['smoothing']} />
          </div>
          <div className={styles['charts']}>
            {shown.map((metric, i) => (
              <div key={metric} className={i === 0 ? styles['main'] : undefined}>
                <LineChart
                  title={nameOf(metric)}
                  steps={curves.steps}
                  values={curves.series.get(metric) as Float32Array}
                  height={i === 0 ? 220 : 120}
                  log={state.log}
                  smoothing={state.smoothing}
                  range={state.range}
                  onRangeChange={(range) => change({ range })}
                  marker={marker}
                  syncKey={run}
                />
              </div>
            ))}
          </div>
          <p className={styles['quiet']}>{t('curves.hint')}</p>
        </>
      )}
    </Section>
  );
}
