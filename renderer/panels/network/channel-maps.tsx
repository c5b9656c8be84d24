/** @file All channels of a grid side by side, blue below zero and red above; one of them is chosen and told in figures. */

import { useEffect, useMemo, useRef, type KeyboardEvent } from 'react';
import { useWords } from '../../state/words';
import { useSize } from '../../widgets/device-pixels';
import { Figure } from '../../widgets/figure';
import { ImageCanvas } from '../../widgets/image-canvas';
import { rgbaOf } from '../../widgets/pixels';
import styles from './channel-maps.module.css';
import { mapAt, mapSheet, rangeOf } from './maps';

export interface ChannelMapsProps {
  /** float32 [count, H, W] */
  values: Float32Array;
  height: number;
  width: number;
  /** Values of this size and more are fully coloured. */
  limit: number;
  chosen: number;
  onChoose(channel: number): void;
}

export function ChannelMaps({ values, height, width, limit, chosen, onChoose }: ChannelMapsProps) {
  const t = useWords('network');
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const room = useSize(box);
  const area = height * width;
  const count = Math.floor(values.length / area);
  const sheet = useMemo(() => mapSheet(count, height, width, room), [count, height, width, room]);
  const cellX = width * sheet.zoom + sheet.gap;
  const cellY = height * sheet.zoom + sheet.gap;
  useEffect(() => {
    const target = canvas.current;
    const context = target?.getContext('2d');
    if (!target || !context || room.width === 0) return;
    // Gaps are no whole values at most zooms: each map is put down by itself.
    target.width = sheet.width;
    target.height = sheet.height;
    context.imageSmoothingEnabled = false;
    const one = new OffscreenCanvas(width, height);
    const inner = one.getContext('2d')!;
    for (let channel = 0; channel < count; channel++) {
      inner.putImageData(new ImageData(rgbaOf({ height, width, channels: 1, signed: values.subarray(channel * area, (channel + 1) * area), limit }), width, height), 0, 0);
      context.drawImage(one, (channel % sheet.columns) * cellX, Math.floor(channel / sheet.columns) * cellY, width * sheet.zoom, height * sheet.zoom);
    }
  }, [values, limit, sheet, room.width, count, area, height, width, cellX, cellY]);
  const held = Math.min(chosen, count - 1);
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -sheet.columns, ArrowDown: sheet.columns, Home: -held, End: count - 1 - held }[event.key];
    if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    if (held + step >= 0 && held + step < count) onChoose(held + step);
  };
  const range = useMemo(() => rangeOf(values, held * area, area), [values, held, area]);
  return (
    <div className={styles['parts']}>
      <div ref={box} className={styles['room']}>
        {/* A set of pictures of which one is chosen: the keys of a slider, in two directions. */}
        <div
          role="slider"
          tabIndex={0}
          aria-label={t('channels', { count })}
          aria-valuemin={1}
          aria-valuemax={count}
          aria-valuenow={held + 1}
          aria-valuetext={t('channelRange', { number: held + 1, least: t.number(range.least), most: t.number(range.most) })}
          className={styles['sheet']}
          style={{ width: `${sheet.width}px`, height: `${sheet.height}px` }}
          onKeyDown={onKeyDown}
          onPointerDown={(event) => {
            const { left, top } = event.currentTarget.getBoundingClientRect();
            const at = mapAt(sheet, count, height, width, event.clientX - left, event.clientY - top);
            if (at !== undefined) onChoose(at);
          }}
        >
          <canvas ref={canvas} className={styles['canvas']} />
          <span className={styles['ring']} style={{ left: `${(held % sheet.columns) * cellX}px`, top: `${Math.floor(held / sheet.columns) * cellY}px`, width: `${width * sheet.zoom}px`, height: `${height * sheet.zoom}px` }} />
        </div>
      </div>
      <div className={styles['one']}>
        <div className={styles['large']}>
          <ImageCanvas pixels={{ height, width, channels: 1, signed: values.subarray(held * area, (held + 1) * area), limit }} label={t('channel', { number: held + 1 })} />
        </div>
        <p className={styles['title']}>{t('channel', { number: held + 1 })}</p>
        <RangeFacts {...range} />
      </div>
    </div>
  );
}

export function RangeFacts({ least, most, mean }: { least: number; most: number; mean: number }) {
  const t = useWords('network');
  return (
    <dl className={styles['range']}>
      <dt>{t('range.least')}</dt>
      <dd>
        <Figure value={least} />
      </dd>
      <dt>{t('range.mean')}</dt>
      <dd>
        <Figure value={mean} />
      </dd>
      <dt>{t('range.most')}</dt>
      <dd>
        <Figure value={most} />
      </dd>
    </dl>
  );
}
