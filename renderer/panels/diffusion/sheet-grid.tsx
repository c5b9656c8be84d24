/** @file The images of a sheet under the names of their columns, beside those of their rows. */

import { useRef } from 'react';
import type { DrawResult } from '../../../preload/contract/diffusion';
import { useWords } from '../../state/words';
import { useDeviceRatio, useSize } from '../../widgets/device-pixels';
import { ImageCanvas } from '../../widgets/image-canvas';
import { wholeZoom } from '../../widgets/pixels';
import { imagePixels } from './noise-pixels';
import type { SheetValue } from './sheet';
import styles from './sheet-grid.module.css';
import type { SheetSetting } from './state';

interface Axis {
  setting: SheetSetting;
  values: readonly SheetValue[];
}

export interface SheetGridProps {
  rows: Axis;
  columns: Axis;
  imageAt(row: number, column: number): DrawResult | undefined;
  /** [H, W, C] of the images. */
  shape: readonly number[];
  onOpen(row: number, column: number): void;
}

/** Room beside and above the images for their names, and around each. */
const namesWide = 96;
const namesHigh = 28;
const around = 8;
const largestZoom = 6;

export function SheetGrid({ rows, columns, imageAt, shape, onOpen }: SheetGridProps) {
  const t = useWords('diffusion');
  const box = useRef<HTMLDivElement>(null);
  const ratio = useDeviceRatio();
  const { height, width } = useSize(box);
  const cell = { height: (height - namesHigh) / rows.values.length - around, width: (width - namesWide) / columns.values.length - around };
  const zoom = Math.min(largestZoom, Math.max(1, wholeZoom(shape[0], shape[1], cell, ratio))) / ratio;
  const size = { height: shape[0] * zoom, width: shape[1] * zoom };
  const name = ({ setting }: Axis, value: SheetValue): string => (setting === 'sampler' ? String(value).toUpperCase() : t(`value.${setting}`, { value: t.number(value as number, { maximumFractionDigits: 3, useGrouping: false }) }));
  return (
    <div ref={box} className={styles['sheet']}>
      <table className={styles['table']}>
        <thead>
          <tr>
            <th scope="col">{t('cell', { row: t(`setting.${rows.setting}`), column: t(`setting.${columns.setting}`) })}</th>
            {columns.values.map((value, column) => (
              <th key={column} scope="col">
                {name(columns, value)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.values.map((row, at) => (
            <tr key={at}>
              <th scope="row">{name(rows, row)}</th>
              {columns.values.map((value, column) => {
                const drawn = imageAt(at, column);
                const words = t('cell', { row: name(rows, row), column: name(columns, value) });
                return (
                  <td key={column}>
                    {drawn ? (
                      <button type="button" className={styles['cell']} onClick={() => onOpen(at, column)} aria-label={t('openWalk', { cell: words })}>
                        <ImageCanvas pixels={imagePixels(drawn.images, drawn.shape)} label={words} zoom={zoom} />
                      </button>
                    ) : (
                      <div className={styles['waiting']} style={size} />
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
