/** @file Images of one's own: dropped on the map or chosen, encoded, placed. */

import { ImagePlus, X } from 'lucide-react';
import { useRef } from 'react';
import type { LabError } from '../../../preload/contract/errors';
import type { PlacedImage } from '../../../preload/contract/latents';
import { useWords } from '../../state/words';
import { Button, IconButton } from '../../widgets/button';
import { Failed } from '../../widgets/failed';
import { ImageCanvas } from '../../widgets/image-canvas';
import styles from './placed-list.module.css';
import { pixelsOf } from './use-point';

export interface Placed extends PlacedImage {
  id: number;
  name: string;
}

export interface PlacedListProps {
  placed: readonly Placed[];
  error: LabError | undefined;
  busy: boolean;
  onFile(file: File): void;
  onTake(placed: Placed): void;
  onRemove(placed: Placed): void;
  /** The error was read. */
  onRead(): void;
}

export function PlacedList({ placed, error, busy, onFile, onTake, onRemove, onRead }: PlacedListProps) {
  const t = useWords('latent');
  const input = useRef<HTMLInputElement>(null);
  return (
    <section className={styles['list']} aria-label={t('place.title')}>
      <div className={styles['head']}>
        <Button variant="quiet" icon={ImagePlus} onClick={() => input.current?.click()} disabled={busy}>
          {t(busy ? 'place.busy' : 'place.choose')}
        </Button>
        <input
          ref={input}
          type="file"
          accept="image/*"
          hidden
          aria-label={t('place.choose')}
          onChange={(event) => {
            const file = event.target.files?.[0];
            event.target.value = '';
            if (file) onFile(file);
          }}
        />
      </div>
      {error && <Failed inline error={error} action={<Button onClick={onRead}>{t('widgets:close')}</Button>} />}
      <ul className={styles['images']}>
        {placed.map((one, at) => (
          <li key={one.id} className={styles['one']}>
            <button type="button" className={styles['take']} onClick={() => onTake(one)} title={t('place.take')}>
              <span className={styles['picture']}>
                <ImageCanvas pixels={pixelsOf(one.original, one.shape)} label={t('place.seen')} />
              </span>
              <span className={styles['picture']}>
                <ImageCanvas pixels={pixelsOf(one.reconstruction, one.shape)} label={t('decoded.title')} />
              </span>
              <span className={styles['words']}>
                <span className={styles['name']}>{`${at + 1} · ${one.name}`}</span>
                {one.distance && <span className={styles['note']}>{t('place.distance', { value: t.number(one.distance.value, { maximumFractionDigits: 2 }), share: t.number(one.distance.percentile / 100, { style: 'percent', maximumFractionDigits: 0 }) })}</span>}
              </span>
            </button>
            <IconButton small icon={X} label={t('place.remove', { name: one.name })} onClick={() => onRemove(one)} />
          </li>
        ))}
      </ul>
    </section>
  );
}
