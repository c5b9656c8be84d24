/** @file The image of the point under the pointer, with what is known of it. */

import type { ImagePlace, LatentMap } from '../../../preload/contract/latents';
import { useWords } from '../../state/words';
import { classes } from '../../widgets/class-names';
import { ImageCanvas } from '../../widgets/image-canvas';
import styles from './hover-card.module.css';
import { useThumbnail } from './thumbnails';
import type { Space } from './use-point';

/** CSS pixels that the card takes above the pointer; where there are fewer it goes below. */
const leastAbove = 170;

export interface HoverCardProps {
  space: Space;
  map: LatentMap;
  index: number;
  place: ImagePlace;
  loss: number | undefined;
  x: number;
  y: number;
}

export function HoverCard({ space, map, index, place, loss, x, y }: HoverCardProps) {
  const t = useWords('latent');
  const image = useThumbnail(space, place);
  const label = map.labelNames[map.labels[index]];
  return (
    <div className={classes(styles['card'], y < leastAbove && styles['under'])} style={{ left: `clamp(56px, ${x}px, 100% - 56px)`, top: y }} aria-hidden>
      <div className={styles['image']}>
        <ImageCanvas pixels={image} label="" />
      </div>
      {label !== undefined && <strong className={styles['label']}>{label}</strong>}
      <span className={styles['note']}>{t(`place.${place.split}`, { index: t.number(place.index, { maximumFractionDigits: 0 }) })}</span>
      {loss !== undefined && <span className={styles['note']}>{t('colour.value', { value: t.number(loss) })}</span>}
    </div>
  );
}
