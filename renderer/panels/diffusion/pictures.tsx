/** @file Equal pictures side by side, each with its name, and the scale of those that show noise. */

import type { ReactNode } from 'react';
import { noiseRange } from '../../../preload/contract/diffusion';
import { useWords } from '../../state/words';
import { ImageCanvas } from '../../widgets/image-canvas';
import type { Pixels } from '../../widgets/pixels';
import styles from './pictures.module.css';

export interface PictureProps {
  /** A Term, as a rule. */
  title: ReactNode;
  /** What it shows, in words. */
  label: string;
  /** [n, H, W, C]; undefined: nothing to show yet. */
  pixels: Pixels | undefined;
  /** n */
  count?: number;
  /** Values are signed: their scale stands below. */
  noise?: boolean;
  note?: ReactNode;
  /** In place of the images, where there are none. */
  nothing?: string;
}

export function Picture({ title, label, pixels, count = 1, noise = false, note, nothing }: PictureProps) {
  const columns = Math.ceil(Math.sqrt(count));
  return (
    <figure className={styles['picture']}>
      <figcaption className={styles['title']}>{title}</figcaption>
      <div className={styles['room']}>
        <div className={styles['images']} style={{ gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`, gridTemplateRows: `repeat(${Math.ceil(count / columns)}, minmax(0, 1fr))` }}>
          {nothing !== undefined ? (
            <p className={styles['nothing']}>{nothing}</p>
          ) : (
            Array.from({ length: count }, (_, index) => <ImageCanvas key={index} pixels={pixels} index={index} label={count === 1 ? label : `${label} ${index + 1}`} />)
          )}
        </div>
      </div>
      <div className={styles['foot']}>{noise ? <NoiseScale /> : note}</div>
    </figure>
  );
}

/** The diverging scale, with its ends. */
export function NoiseScale() {
  const t = useWords('diffusion');
  return (
    <span className={styles['scale']} role="img" aria-label={t('noiseScale', { limit: noiseRange })}>
      <span>{t.number(-noiseRange)}</span>
      <span className={styles['bar']} />
      <span>{`+${t.number(noiseRange)}`}</span>
    </span>
  );
}

/** Pictures of one size, in a row where there is room. */
export const Pictures = ({ children }: { children: ReactNode }) => <div className={styles['pictures']}>{children}</div>;
