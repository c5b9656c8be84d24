/** @file The vector that is looked at: the image it starts from, what the model makes of it, and how far it is from the data. */

import { RotateCcw } from 'lucide-react';
import type { LatentMap } from '../../../preload/contract/latents';
import { useWords } from '../../state/words';
import { Button, IconButton } from '../../widgets/button';
import { Failed } from '../../widgets/failed';
import { ImageCanvas } from '../../widgets/image-canvas';
import { Term } from '../../widgets/term';
import styles from './decoded-card.module.css';
import pictureStyles from './pictures.module.css';
import { isSame } from './plane';
import { useThumbnail } from './thumbnails';
import type { LatentPoint, Space } from './use-point';

export interface DecodedCardProps {
  space: Space;
  map: LatentMap;
  point: LatentPoint;
  onFrom(): void;
  onTo(): void;
}

export function DecodedCard({ space, map, point, onFrom, onTo }: DecodedCardProps) {
  const t = useWords('latent');
  const { anchor, distance } = point;
  const original = useThumbnail(space, anchor.place);
  const nearest = useThumbnail(space, distance?.nearest);
  const whole = (value: number): string => t.number(value, { maximumFractionDigits: 0 });
  const labelOf = (place: { split: 'train' | 'test'; index: number }): string | undefined => map.labelNames[map.labels[place.index + (place.split === 'test' ? map.splits.train : 0)]];
  const moved = !isSame(point.z, anchor.z);
  return (
    <section className={styles['card']} aria-label={t('decoded.title')}>
      <div className={pictureStyles['pictures']}>
        <figure>
          <div className={pictureStyles['picture']}>
            {anchor.place ? <ImageCanvas pixels={original} label={t('decoded.original')} /> : <span className={styles['none']}>{t('decoded.noOriginal')}</span>}
          </div>
          <figcaption>{anchor.place ? t('decoded.original') : t('decoded.free')}</figcaption>
          {anchor.place && (
            <span className={pictureStyles['note']}>{[labelOf(anchor.place), t(`place.${anchor.place.split}`, { index: whole(anchor.place.index) })].filter(Boolean).join(' · ')}</span>
          )}
        </figure>
        <figure>
          <div className={pictureStyles['picture']}>
            <ImageCanvas pixels={point.image} label={t('decoded.title')} />
          </div>
          <figcaption>{t('decoded.title')}</figcaption>
          <span className={pictureStyles['note']}>{moved ? t('decoded.moved') : anchor.place ? t('decoded.unmoved') : '\u00a0'}</span>
        </figure>
        <figure>
          <button type="button" className={pictureStyles['picture']} disabled={!distance} onClick={() => distance && point.choose(distance.nearest)} title={t('decoded.chooseNearest')}>
            <ImageCanvas pixels={nearest} label={t('decoded.chooseNearest')} />
          </button>
          <figcaption>{t('decoded.nearest')}</figcaption>
          {distance && <span className={pictureStyles['note']}>{[labelOf(distance.nearest), t(`place.${distance.nearest.split}`, { index: whole(distance.nearest.index) })].filter(Boolean).join(' · ')}</span>}
        </figure>
      </div>
      {point.error && <Failed inline error={point.error} onRetry={() => point.move(point.z.slice())} />}
      {distance && (
        <div className={styles['distance']} title={t('distance.how', { sampled: whole(distance.sampled), count: whole(distance.count) })}>
          <div className={styles['line']}>
            <Term id="data-distance">{t('distance.title')}</Term>
            <output>{t.number(distance.value, { minimumFractionDigits: 2, maximumFractionDigits: 2 })}</output>
          </div>
          <div className={styles['track']}>
            <div className={styles['bar']} style={{ width: `${distance.percentile}%` }} />
          </div>
          <span className={pictureStyles['note']}>{distance.percentile === 0 ? t('distance.on') : t('distance.further', { share: t.number(distance.percentile / 100, { style: 'percent', maximumFractionDigits: 0 }), sampled: whole(distance.sampled) })}</span>
        </div>
      )}
      <div className={styles['actions']}>
        <IconButton variant="plain" icon={RotateCcw} label={t('decoded.reset')} onClick={point.reset} disabled={!moved} />
        <Button onClick={onFrom} aria-keyshortcuts="A">
          {t('walk.setFrom')}
        </Button>
        <Button onClick={onTo} aria-keyshortcuts="B">
          {t('walk.setTo')}
        </Button>
      </div>
    </section>
  );
}
