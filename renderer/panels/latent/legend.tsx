/** @file What the colours of the map mean. */

import type { LatentMap } from '../../../preload/contract/latents';
import { labelColour, viridis } from '../../theme/colours';
import { useSettings } from '../../state/settings';
import { useWords } from '../../state/words';
import { Progress } from '../../widgets/progress';
import type { Answer } from '../../link/answer';
import styles from './legend.module.css';

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
  title: string;
  range: readonly [number, number] | undefined;
  how: string;
  answer: Pick<Answer<unknown>, 'pending' | 'report' | 'cancel'>;
}

const stops = Array.from({ length: 11 }, (_, i) => viridis(i / 10)).join(', ');

/** The scale, or how far its values are computed. */
export function LossLegend({ title, range, how, answer }: LossLegendProps) {
  const t = useWords('latent');
  if (answer.pending) {
    return (
      <div className={styles['scale']}>
        <Progress compact label={title} report={answer.report} unit={t('images')} onCancel={answer.cancel} />
      </div>
    );
  }
  if (!range) return null;
  return (
    <div className={styles['scale']} title={how}>
      <span>{title}</span>
      <div className={styles['ramp']} style={{ background: `linear-gradient(to right, ${stops})` }} />
      <div className={styles['ends']}>
        <span>{t('colour.least', { value: t.number(range[0]) })}</span>
        <span>{t('colour.most', { value: t.number(range[1]) })}</span>
      </div>
    </div>
  );
}
