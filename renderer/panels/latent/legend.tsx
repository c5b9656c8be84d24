/** @file What the colours of the map mean. */

import type { LatentMap, LossMeasure } from '../../../preload/contract/latents';
import { labelColour, viridis } from '../../theme/colours';
import { useSettings } from '../../state/settings';
import { useWords } from '../../state/words';
import { Failed } from '../../widgets/failed';
import { Progress } from '../../widgets/progress';
import { Term } from '../../widgets/term';
import styles from './legend.module.css';
import type { Loss } from './use-loss';

export interface LabelLegendProps {
  map: LatentMap;
  /** The one label that is not set back. */
  only: number | undefined;
  onOnly(label: number | undefined): void;
}

/** Each label with its colour; a press sets all others back. */
export function LabelLegend({ map, only, onOnly }: LabelLegendProps) {
  const t = useWords('latent');
  const theme = useSettings((settings) => settings.theme);
  if (map.labelNames.length === 0) return null;
  return (
    <div role="group" aria-label={t('colour.legend')} className={styles['legend']}>
      {map.labelNames.map((name, label) => (
        <button key={label} type="button" className={styles['entry']} aria-pressed={only === label} onClick={() => onOnly(only === label ? undefined : label)}>
          <span className={styles['swatch']} style={{ background: labelColour(label, theme) }} />
          <span className={styles['name']}>{name}</span>
        </button>
      ))}
    </div>
  );
}

export interface LossLegendProps {
  measure: LossMeasure;
  loss: Loss;
  /** Of all images. */
  count: number;
}

const stops = Array.from({ length: 11 }, (_, i) => viridis(i / 10)).join(', ');

/** The scale, and how far its values are computed. */
export function LossLegend({ measure, loss, count }: LossLegendProps) {
  const t = useWords('latent');
  const { value, range, pending, report, error, stop, goOn } = loss;
  const whole = (one: number): string => t.number(one, { maximumFractionDigits: 0 });
  const known = value?.done ?? 0;
  return (
    <div className={styles['scale']}>
      <Term id={measure === 'negElbo' ? 'elbo' : 'squared-error'}>{t(`colour.title.${measure}`)}</Term>
      {range && value && (
        <>
          <div className={styles['ramp']} style={{ background: `linear-gradient(to right, ${stops})` }} />
          <div className={styles['ends']} title={t(`colour.how.${measure}`, { draws: value.draws ?? 0 })}>
            <span>{t('colour.least', { value: t.number(range[0]) })}</span>
            <span>{t('colour.most', { value: t.number(range[1]) })}</span>
          </div>
        </>
      )}
      {pending && <Progress compact label={t('colour.computing')} report={report} unit={t('images')} onCancel={stop} />}
      {!pending && !error && known > 0 && known < count && (
        <div className={styles['ends']}>
          <span>{t('colour.part', { done: whole(known), count: whole(count) })}</span>
          <button type="button" className={styles['more']} onClick={goOn}>
            {t('colour.goOn')}
          </button>
        </div>
      )}
      {error && <Failed inline error={error} />}
    </div>
  );
}
