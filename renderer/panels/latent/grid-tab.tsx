/** @file A grid of decoded vectors: a plane through the point, along the map or along two axes. */

import { useMemo, useRef } from 'react';
import type { LatentMap, LatentStats, Traversal } from '../../../preload/contract/latents';
import type { Answer } from '../../link/answer';
import { useWords } from '../../state/words';
import { useSize } from '../../widgets/device-pixels';
import { Failed } from '../../widgets/failed';
import { ImageGrid } from '../../widgets/image-grid';
import { Progress } from '../../widgets/progress';
import { SegmentedControl } from '../../widgets/segmented-control';
import { Select } from '../../widgets/select';
import { Slider } from '../../widgets/slider';
import styles from './grid-tab.module.css';
import type { GridPlane } from './plane';
import type { LatentState } from './spec';
import { pixelsOf } from './use-point';

export interface GridTabProps {
  map: LatentMap;
  stats: LatentStats | undefined;
  plane: (GridPlane & { names: readonly [string, string] }) | undefined;
  answer: Answer<Traversal>;
  settings: LatentState['grid'];
  onSettings(settings: LatentState['grid']): void;
  onTake(z: Float32Array): void;
}

export function GridTab({ map, stats, plane, answer, settings, onSettings, onTake }: GridTabProps) {
  const t = useWords('latent');
  const box = useRef<HTMLDivElement>(null);
  const { width } = useSize(box);
  const { value, error, report, again } = answer;
  const options = useMemo(
    () =>
      [...(stats?.order ?? [])].map((axis) => ({
        value: String(axis),
        label: t('axes.axis', { axis }),
        note: t(stats?.measure === 'kl' ? 'axes.nats' : 'axes.variance', { value: t.number(stats?.information[axis] ?? 0, { maximumSignificantDigits: 3 }) }),
      })),
    [stats, t],
  );
  const [rows, columns] = value?.shape ?? [0, 0];
  const pixels = value && pixelsOf(value.images, value.shape);
  return (
    <div ref={box} className={styles['tab']}>
      <div className={styles['settings']}>
        <SegmentedControl
          label={t('grid.along')}
          options={[
            { value: 'map', label: t('grid.map'), disabled: map.rank < 2 },
            { value: 'axes', label: t('grid.axes'), disabled: map.latentSize < 2 },
          ]}
          value={settings.along}
          onChange={(along) => onSettings({ ...settings, along })}
        />
        <Slider
          className={styles['size']}
          label={t('grid.size')}
          value={settings.size}
          min={3}
          max={21}
          step={2}
          format={(size) => t('grid.cells', { rows: size, columns: size })}
          onChange={(size) => onSettings({ ...settings, size })}
        />
      </div>
      {settings.along === 'axes' && stats && (
        <div className={styles['settings']}>
          <Select label={t('grid.across')} options={options} value={String(settings.across ?? stats.order[0])} onChange={(axis) => onSettings({ ...settings, across: Number(axis) })} />
          <Select label={t('grid.down')} options={options} value={String(settings.down ?? stats.order[1])} onChange={(axis) => onSettings({ ...settings, down: Number(axis) })} />
        </div>
      )}
      {error && <Failed inline error={error} onRetry={again} />}
      {!pixels && !error && <Progress label={t('grid.busy')} report={report} />}
      {pixels && value && plane && (
        <>
          <p className={styles['note']}>{t(settings.along === 'map' ? 'grid.aboutMap' : 'grid.aboutAxes', { across: plane.names[0], down: plane.names[1] })}</p>
          <div className={styles['grid']}>
            <ImageGrid
              pixels={pixels}
              count={rows * columns}
              columns={columns}
              gap={1}
              zoom={Math.max(1, Math.floor((Math.min(width, 640) - columns) / (columns * pixels.width)))}
              label={t('grid.label', { across: plane.names[0], down: plane.names[1] })}
              onSelect={(cell) => onTake(value.z.slice(cell * map.latentSize, (cell + 1) * map.latentSize))}
            />
          </div>
        </>
      )}
    </div>
  );
}
