/** @file One dataset: its images, its classes, what was left out of it, where it came from. */

import { Pencil, Play, SlidersHorizontal, Trash2 } from 'lucide-react';
import { useCallback, useEffect, useState } from 'react';
import { defaultView, type Split, type ViewConfig } from '../../../preload/contract/datasets';
import type { KnownDataset } from '../../../preload/contract/domains/datasets';
import { errorToJson, type ErrorJson } from '../../../preload/contract/errors';
import { lab } from '../../link/lab';
import { removeDatasets } from '../../state/library-actions';
import { select, useSelection } from '../../state/selection';
import { useSettings } from '../../state/settings';
import { keptImages } from '../../state/shown-images';
import { useWords } from '../../state/words';
import { labelColour } from '../../theme/colours';
import { Button, IconButton } from '../../widgets/button';
import { Failed } from '../../widgets/failed';
import { chunkImages, ImageBrowser } from '../../widgets/image-browser';
import { Popover } from '../../widgets/popover';
import { SegmentedControl } from '../../widgets/segmented-control';
import { Select } from '../../widgets/select';
import { Slider } from '../../widgets/slider';
import { Tabs, type TabsProps } from '../../widgets/tabs';
import { ClassCounts } from './class-counts';
import { DatasetFacts } from './dataset-facts';
import { sizeOf, whole } from '../../state/fact-words';
import styles from './library.module.css';
import { SkippedList } from './skipped-list';

const sides = [8, 16, 28, 32, 48, 64, 96, 128, 192, 256] as const;
/** CSS pixels that an image has unless told otherwise, about. */
const tileSide = 60;
const fits = ['crop', 'pad', 'stretch'] as const;

type Part = 'images' | 'classes' | 'skipped' | 'facts';

type Tab = TabsProps<Part>['tabs'][number];

export interface DatasetDetailsProps {
  dataset: KnownDataset;
  split: Split;
  onSplit(split: Split): void;
  /** undefined: as suits the images. */
  zoom: number | undefined;
  onZoom(zoom: number): void;
  onTrain(): void;
  onRename(): void;
}

export function DatasetDetails(props: DatasetDetailsProps) {
  const t = useWords('library');
  const { dataset, onTrain, onRename } = props;
  const [tab, setTab] = useState<Part>('images');
  const tabs: Tab[] = [{ value: 'images', label: t('details.images'), content: <Images key={`${dataset.name} ${dataset.hash}`} {...props} /> }];
  if (dataset.labels.length > 0) tabs.push({ value: 'classes', label: t('details.classes'), count: dataset.labels.length, content: <ClassCounts dataset={dataset} /> });
  if (dataset.skippedCount > 0) tabs.push({ value: 'skipped', label: t('details.skipped'), count: dataset.skippedCount, content: <SkippedList dataset={dataset} /> });
  tabs.push({ value: 'facts', label: t('details.facts'), content: <DatasetFacts dataset={dataset} /> });
  return (
    <section className={styles['details']} aria-label={t('details.ofDataset', { name: dataset.name })}>
      <header className={styles['detailsHead']}>
        <div className={styles['twoLines']}>
          <h2>
            <bdi title={dataset.name}>{dataset.name}</bdi>
          </h2>
          <span className={styles['quiet']}>{[t('imageCount', { count: dataset.count, shown: whole(t, dataset.count) }), sizeOf(dataset.sizes), t(`facts:channels.${dataset.channels}`)].join(' · ')}</span>
        </div>
        <Button variant="primary" icon={Play} onClick={onTrain}>
          {t('action.train')}
        </Button>
        <IconButton icon={Pencil} label={t('action.rename')} keys="f2" onClick={onRename} />
        <IconButton icon={Trash2} label={t('action.delete', { count: 1 })} onClick={() => void removeDatasets([dataset.name])} />
      </header>
      <Tabs label={t('details.tabs')} tabs={tabs} value={tabs.some(({ value }) => value === tab) ? tab : 'images'} onChange={(next: Part) => setTab(next)} />
    </section>
  );
}

function Images({ dataset, split: wanted, onSplit, zoom, onZoom }: DatasetDetailsProps) {
  const t = useWords('library');
  const theme = useSettings((settings) => settings.theme);
  const selected = useSelection((selection) => selection.selected);
  const [error, setError] = useState<ErrorJson | undefined>(undefined);
  /** Why one of them could not be read; the others are shown. */
  const [unread, setUnread] = useState<ErrorJson | undefined>(undefined);
  const usual = defaultView(dataset);
  const [size, setSize] = useState<[number, number]>([usual.height, usual.width]);
  const [fit, setFit] = useState<ViewConfig['fit']>(usual.fit);
  const [channels, setChannels] = useState(usual.channels);
  const split = (dataset.splits[wanted] ?? 0) > 0 ? wanted : wanted === 'train' ? 'test' : 'train';
  const count = dataset.splits[split] ?? 0;
  const [height, width] = size;
  const { name, hash } = dataset;
  const load = useCallback(
    (chunk: number) =>
      keptImages(`${name} ${hash} ${split} ${height} ${width} ${fit} ${channels} ${chunk}`, () =>
        lab.datasets.images({ dataset: name, split, from: chunk * chunkImages, count: chunkImages, view: { size: [height, width], fit, channels } }),
      ).then((images) => {
        if (images.failed.length > 0) setUnread(images.failed[0].reason);
        return images;
      }),
    [name, hash, split, height, width, fit, channels],
  );
  useEffect(() => {
    setError(undefined);
    setUnread(undefined);
  }, [load]);
  const onFailed = useCallback((caught: unknown) => setError(errorToJson(caught)), []);
  const nameOf = useCallback((label: number) => dataset.labels[label], [dataset.labels]);
  const colourOf = useCallback((label: number) => (label < 0 ? undefined : labelColour(label, theme)), [theme]);
  const native: [number, number] | undefined = dataset.sizes.common && Math.max(...dataset.sizes.common) <= 256 ? dataset.sizes.common : undefined;
  const choices = [...new Set([`${usual.height}x${usual.width}`, ...(native ? [`${native[0]}x${native[1]}`] : []), ...sides.map((side) => `${side}x${side}`)])].sort((a, b) => parseInt(a, 10) - parseInt(b, 10));
  const largest = Math.max(2, Math.min(8, Math.floor(256 / Math.max(height, width))));
  const suited = Math.min(largest, Math.max(1, Math.round(tileSide / Math.max(height, width))));
  const shownZoom = Math.min(largest, zoom ?? suited);
  return (
    <div className={styles['images']}>
      <div className={styles['viewBar']}>
        {(dataset.splits.train ?? 0) > 0 && (dataset.splits.test ?? 0) > 0 && (
          <SegmentedControl
            label={t('view.split')}
            hideLabel
            options={(['train', 'test'] as const).map((value) => ({ value, label: t(`view.${value}`, { shown: whole(t, dataset.splits[value] ?? 0) }) }))}
            value={split}
            onChange={onSplit}
          />
        )}
        <Popover
          label={t('view.title')}
          trigger={
            <Button icon={SlidersHorizontal}>
              {`${width} × ${height} · ${t(`view.fits.${fit}`)} · ${t(`facts:channels.${channels}`)}`}
            </Button>
          }
        >
          <div className={styles['viewFields']}>
            <p className={styles['quiet']}>{t('view.text')}</p>
            <Select
              label={t('view.size')}
              options={choices.map((value) => {
                const [h, w] = value.split('x');
                return { value, label: `${w} × ${h}` };
              })}
              value={`${height}x${width}`}
              onChange={(value) => setSize(value.split('x').map(Number) as [number, number])}
            />
            <Select
              label={t('view.fit')}
              options={fits.map((value) => ({ value, label: t(`view.fits.${value}`), note: t(`view.fitNotes.${value}`) }))}
              value={fit}
              onChange={(next: ViewConfig['fit']) => setFit(next)}
            />
            <Select
              label={t('view.colour')}
              options={([1, 3] as const).map((value) => ({ value: String(value) as '1' | '3', label: t(`facts:channels.${value}`) }))}
              value={String(channels) as '1' | '3'}
              onChange={(value) => setChannels(value === '1' ? 1 : 3)}
            />
          </div>
        </Popover>
        <Slider label={t('view.zoom')} className={styles['zoomField']} min={1} max={largest} step={1} value={shownZoom} reset={suited} onChange={onZoom} format={(value) => `${value}×`} />
      </div>
      {unread && <Failed inline error={unread} />}
      {error ? (
        <Failed error={error} onRetry={() => setError(undefined)} />
      ) : (
        <ImageBrowser
          count={count}
          height={height}
          width={width}
          zoom={shownZoom}
          label={t('details.imagesOf', { name: dataset.name })}
          load={load}
          onFailed={onFailed}
          nameOf={nameOf}
          colourOf={colourOf}
          selected={selected?.kind === 'image' && selected.dataset === name && selected.split === split ? selected.index : undefined}
          onSelect={(index) => select({ kind: 'image', dataset: name, split, index })}
        />
      )}
    </div>
  );
}
