/** @file The images to train on: each dataset with a few of its images, and how they will be seen. */

import { ImageOff } from 'lucide-react';
import { useEffect, useState } from 'react';
import { defaultView } from '../../../preload/contract/datasets';
import type { KnownDataset } from '../../../preload/contract/domains/datasets';
import { lab } from '../../link/lab';
import { readable } from '../../state/shown-images';
import { useWords } from '../../state/words';
import { DatasetPicker } from '../../widgets/dataset-picker';
import { ImageGrid } from '../../widgets/image-grid';
import { NumberField } from '../../widgets/number-field';
import type { Pixels } from '../../widgets/pixels';
import { Fold } from '../../widgets/section';
import { Select } from '../../widgets/select';
import { ChoiceCards } from './choice-cards';
import type { TrainState } from './spec';
import styles from './view.module.css';

/** More datasets than these are a list. */
const mostCards = 6;
/** CSS pixels of a card's strip of images. */
const stripWidth = 210;
const tileSide = 32;

export interface DatasetChoiceProps {
  datasets: readonly KnownDataset[];
  value: string | undefined;
  onChange(dataset: string): void;
  view: TrainState['view'];
  onViewChange(view: TrainState['view']): void;
}

export function DatasetChoice({ datasets, value, onChange, view, onViewChange }: DatasetChoiceProps) {
  const t = useWords('train');
  const shown = datasets.length > mostCards ? datasets.filter(({ name }) => name === value) : datasets;
  const chosen = datasets.find(({ name }) => name === value);
  return (
    <>
      {datasets.length > mostCards && <DatasetPicker value={value} onChange={onChange} hideLabel className={styles['picker']} />}
      <ChoiceCards label={t('images')} options={shown.map((dataset) => ({ value: dataset.name, title: dataset.name, note: noteOf(dataset, t), picture: <Strip dataset={dataset} /> }))} value={value} onChange={onChange} />
      {chosen && <ViewFields dataset={chosen} view={view} onChange={onViewChange} />}
    </>
  );
}

function noteOf({ count, sizes: { common, min, max } }: KnownDataset, t: ReturnType<typeof useWords>): string {
  const images = t('imageCount', { count, shown: t.number(count, { maximumFractionDigits: 0 }) });
  const size = common ? `${common[1]} × ${common[0]}` : `${min[1]} × ${min[0]} – ${max[1]} × ${max[0]}`;
  return `${images} · ${size}`;
}

/** A few images, evenly spaced over the training split. */
function Strip({ dataset }: { dataset: KnownDataset }) {
  const t = useWords('train');
  const { name, hash } = dataset;
  const [shown, setShown] = useState<{ pixels: Pixels; count: number } | 'unreadable' | undefined>(undefined);
  const { height, width } = defaultView(dataset);
  const zoom = Math.max(1, Math.floor(tileSide / Math.max(height, width)));
  const count = Math.max(1, Math.floor((stripWidth + 2) / (width * zoom + 2)));
  useEffect(() => {
    const abort = new AbortController();
    lab.datasets.spread({ dataset: name, split: 'train', count }, { signal: abort.signal }).then(
      (images) => !abort.signal.aborted && setShown(readable(images) ?? 'unreadable'),
      // A dataset whose images can't be read now is still named; training it says why.
      () => !abort.signal.aborted && setShown('unreadable'),
    );
    return () => abort.abort();
  }, [name, hash, count]);
  return (
    <span style={{ display: 'block', minHeight: height * zoom }}>
      {shown === 'unreadable' ? (
        <span className={styles['unreadable']}>
          <ImageOff size={14} aria-hidden /> {t('library:unreadable')}
        </span>
      ) : (
        shown && <ImageGrid pixels={shown.pixels} count={shown.count} columns={shown.count} zoom={zoom} label={t('imagesOf', { dataset: name })} />
      )}
    </span>
  );
}

function ViewFields({ dataset, view, onChange }: { dataset: KnownDataset; view: TrainState['view']; onChange(view: TrainState['view']): void }) {
  const t = useWords('train');
  const preset = defaultView(dataset);
  const height = view.size ?? preset.height;
  const width = view.size ?? preset.width;
  const channels = view.channels ?? preset.channels;
  const fit = view.fit ?? preset.fit;
  const change = (patch: Partial<TrainState['view']>): void => onChange({ ...view, ...patch });
  return (
    <Fold title={t('view.title')} note={t('view.now', { size: `${width} × ${height}`, channels: t(`view.channels.${channels}`), fit: t(`view.fit.${fit}`) })}>
      <div className={styles['fields']}>
        <NumberField
          label={t('view.size')}
          help={t('view.sizeHelp')}
          value={view.size ?? (preset.height === preset.width ? preset.height : undefined)}
          placeholder={`${preset.width} × ${preset.height}`}
          min={1}
          max={4096}
          onChange={(size) => change({ size: size === undefined || (size === preset.height && size === preset.width) || !Number.isInteger(size) || size < 1 ? undefined : size })}
        />
        <Select
          label={t('view.colour')}
          options={(['1', '3'] as const).map((value) => ({ value, label: t(`view.channels.${value}`) }))}
          value={String(channels) as '1' | '3'}
          onChange={(value) => change({ channels: Number(value) === preset.channels ? undefined : value === '1' ? 1 : 3 })}
        />
        <Select label={t('view.shape')} options={(['crop', 'pad', 'stretch'] as const).map((value) => ({ value, label: t(`view.fit.${value}`) }))} value={fit} onChange={(value) => change({ fit: value === preset.fit ? undefined : value })} />
      </div>
    </Fold>
  );
}
