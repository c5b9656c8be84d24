/** @file What the map keeps of the space, and from how many points that was found. */

import type { LatentMap } from '../../../preload/contract/latents';
import { useWords } from '../../state/words';
import { Term } from '../../widgets/term';
import styles from './map-note.module.css';

export function MapNote({ map, deep }: { map: LatentMap; deep: boolean }) {
  const t = useWords('latent');
  const whole = (value: number): string => t.number(value, { maximumFractionDigits: 0 });
  const kept = map.explainedRatio.slice(0, deep ? 3 : 2).reduce((sum, share) => sum + share, 0);
  const trust = deep ? map.trustworthiness.deep : map.trustworthiness.flat;
  return (
    <div className={styles['note']}>
      <div>
        {map.kind === 'latent' ? t('note.latent', { size: map.latentSize }) : <Term id="pca">{t(deep ? 'note.pcaDeep' : 'note.pca', { size: map.latentSize })}</Term>}
        {map.kind === 'pca' && ` · ${t('note.variance', { share: t.number(kept, { style: 'percent', maximumFractionDigits: 1 }) })}`}
      </div>
      {trust && (
        <div>
          <Term id="trustworthiness">{t('note.trust', { value: t.number(trust.value, { minimumFractionDigits: 3, maximumFractionDigits: 3 }) })}</Term>{' '}
          <span className={styles['how']}>{t('note.trustHow', { neighbours: trust.neighbours, sampled: whole(trust.sampled), count: whole(trust.count) })}</span>
        </div>
      )}
      {map.fitted < map.labels.length && <div className={styles['how']}>{t('note.fitted', { fitted: whole(map.fitted), count: whole(map.labels.length) })}</div>}
    </div>
  );
}
