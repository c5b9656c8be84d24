/** @file Any number of images, scrolled through: one canvas as large as what is seen, filled as its images come. */

import { useCallback, useEffect, useId, useLayoutEffect, useMemo, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import type { DatasetImages } from '../../preload/contract/dataset-images';
import { useWords } from '../state/words';
import { useDeviceRatio, useSize } from './device-pixels';
import { gridOf, placeAt } from './grid-layout';
import styles from './image-browser.module.css';
import { rgbaOf } from './pixels';

/** Images that are asked for in one call. */
export const chunkImages = 64;
/** A scroll that goes on faster than this asks for nothing. */
const restMs = 80;

export interface ImageBrowserProps {
  count: number;
  /** Of one image, in its own pixels. */
  height: number;
  width: number;
  /** CSS pixels an image pixel. */
  zoom: number;
  /** What the images are, in words. */
  label: string;
  /** Images `chunkImages * chunk` and on. A new function is another set of images. */
  load(chunk: number): Promise<DatasetImages>;
  onFailed(caught: unknown): void;
  nameOf(label: number): string | undefined;
  colourOf(label: number): string | undefined;
  selected: number | undefined;
  onSelect(index: number): void;
}

interface Sheet {
  canvas: HTMLCanvasElement;
  images: DatasetImages;
  failed: ReadonlySet<number>;
}

/** The images of a chunk under each other, at their own size. */
function sheetOf(images: DatasetImages): Sheet {
  const { height, width, channels } = images.view;
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = Math.max(1, height * images.count);
  const context = canvas.getContext('2d');
  const pixels = { height, width, channels, bytes: images.images };
  for (let at = 0; at < images.count; at++) context?.putImageData(new ImageData(rgbaOf(pixels, at), width, height), 0, at * height);
  return { canvas, images, failed: new Set(images.failed.map(({ at }) => at)) };
}

export function ImageBrowser({ count, height, width, zoom, label, load, onFailed, nameOf, colourOf, selected, onSelect }: ImageBrowserProps) {
  const t = useWords('widgets');
  const optionId = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const room = useSize(scroller);
  const ratio = useDeviceRatio();
  const [top, setTop] = useState(0);
  const [sheets, setSheets] = useState<ReadonlyMap<number, Sheet>>(new Map());
  const [hovered, setHovered] = useState<number | undefined>(undefined);
  const [focused, setFocused] = useState<number | undefined>(undefined);
  const grid = useMemo(() => gridOf({ count, height, width, zoom, gap: 3, ratio, room: room.width, bar: true }), [count, height, width, zoom, ratio, room.width]);

  const firstRow = Math.max(0, Math.floor((top * ratio) / Math.max(1, grid.pitchY)));
  const lastRow = Math.min(grid.rows, Math.ceil(((top + room.height) * ratio) / Math.max(1, grid.pitchY)));
  const first = firstRow * grid.columns;
  const last = Math.min(count, lastRow * grid.columns);

  // Another set of images: nothing of the old one is shown.
  useLayoutEffect(() => setSheets(new Map()), [load]);

  useEffect(() => {
    if (last <= first) return;
    let wanted = true;
    const timer = window.setTimeout(() => {
      for (let chunk = Math.floor(first / chunkImages); chunk * chunkImages < last; chunk++) {
        if (sheets.has(chunk)) continue;
        load(chunk).then(
          (images) => wanted && setSheets((now) => (now.has(chunk) ? now : new Map([...[...now].slice(-60), [chunk, sheetOf(images)]]))),
          (caught: unknown) => wanted && onFailed(caught),
        );
      }
    }, restMs);
    return () => {
      wanted = false;
      window.clearTimeout(timer);
    };
  }, [first, last, load, sheets, onFailed]);

  const draw = useCallback(() => {
    const target = canvas.current;
    const context = target?.getContext('2d');
    if (!target || !context || grid.columns === 0) return;
    target.width = Math.round(room.width * ratio);
    target.height = Math.round(room.height * ratio);
    context.imageSmoothingEnabled = false;
    const style = getComputedStyle(target);
    const empty = style.getPropertyValue('--raised');
    const offset = Math.round(top * ratio);
    for (let index = first; index < last; index++) {
      const { x, y } = grid.cell(index);
      const sheet = sheets.get(Math.floor(index / chunkImages));
      const at = index % chunkImages;
      if (!sheet || at >= sheet.images.count || sheet.failed.has(at)) {
        context.fillStyle = empty;
        context.fillRect(x, y - offset, grid.tileWidth, grid.tileHeight);
        if (sheet?.failed.has(at)) {
          context.strokeStyle = style.getPropertyValue('--bad');
          context.lineWidth = Math.max(1, ratio);
          context.beginPath();
          context.moveTo(x + grid.tileWidth * 0.3, y - offset + grid.tileHeight * 0.3);
          context.lineTo(x + grid.tileWidth * 0.7, y - offset + grid.tileHeight * 0.7);
          context.moveTo(x + grid.tileWidth * 0.7, y - offset + grid.tileHeight * 0.3);
          context.lineTo(x + grid.tileWidth * 0.3, y - offset + grid.tileHeight * 0.7);
          context.stroke();
        }
        continue;
      }
      context.drawImage(sheet.canvas, 0, at * height, width, height, x, y - offset, grid.tileWidth, grid.tileHeight);
      const colour = colourOf(sheet.images.labels[at]);
      if (!colour) continue;
      context.fillStyle = colour;
      context.fillRect(x, y - offset + grid.tileHeight, grid.tileWidth, grid.barHeight);
    }
  }, [grid, room, ratio, top, first, last, sheets, height, width, colourOf]);
  useLayoutEffect(draw, [draw]);

  const under = (event: PointerEvent | React.MouseEvent): number | undefined => {
    const box = scroller.current?.getBoundingClientRect();
    return box && placeAt(grid, (event.clientX - box.left) * ratio, (event.clientY - box.top + top) * ratio, count);
  };
  const show = (index: number): void => {
    const pitch = grid.pitchY / ratio;
    const y = Math.floor(index / Math.max(1, grid.columns)) * pitch;
    const box = scroller.current;
    if (!box) return;
    if (y < box.scrollTop) box.scrollTop = y;
    else if (y + pitch > box.scrollTop + box.clientHeight) box.scrollTop = y + pitch - box.clientHeight;
  };
  const current = Math.min(Math.max(0, count - 1), focused ?? selected ?? 0);
  const onKeyDown = (event: KeyboardEvent): void => {
    const page = grid.columns * Math.max(1, lastRow - firstRow - 1);
    const moved = { ArrowLeft: current - 1, ArrowRight: current + 1, ArrowUp: current - grid.columns, ArrowDown: current + grid.columns, PageUp: current - page, PageDown: current + page, Home: 0, End: count - 1 }[event.key];
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (moved !== undefined) {
      const to = Math.min(count - 1, Math.max(0, moved));
      setFocused(to);
      show(to);
    } else if (event.key === 'Enter' || event.key === ' ') onSelect(current);
    else return;
    event.preventDefault();
  };
  const labelOf = (index: number): number | undefined => sheets.get(Math.floor(index / chunkImages))?.images.labels[index % chunkImages];
  const words = (index: number): string => {
    const at = labelOf(index);
    const name = at === undefined ? undefined : nameOf(at);
    const place = t.number(index + 1, { maximumFractionDigits: 0 });
    const all = t.number(count, { maximumFractionDigits: 0 });
    return name === undefined ? t('image.place', { place, count: all }) : t('image.placeLabel', { place, count: all, label: name });
  };
  const frame = (index: number | undefined, name: string) => {
    if (index === undefined || index < first || index >= last) return null;
    const { x, y } = grid.cell(index);
    return <div className={styles[name]} style={{ left: x / ratio, top: y / ratio, width: grid.tileWidth / ratio, height: grid.tileHeight / ratio }} />;
  };
  const pointed = hovered ?? focused ?? selected;
  return (
    <div className={styles['browser']}>
      {/* One option at a time stands for the image in focus: a list of thousands has no thousand elements. */}
      <div
        ref={scroller}
        role="listbox"
        tabIndex={0}
        aria-label={label}
        aria-activedescendant={optionId}
        className={styles['scroller']}
        onScroll={(event) => setTop(event.currentTarget.scrollTop)}
        onKeyDown={onKeyDown}
        onFocus={() => setFocused((now) => now ?? selected ?? first)}
        onBlur={() => setFocused(undefined)}
        onPointerMove={(event) => setHovered(under(event))}
        onPointerLeave={() => setHovered(undefined)}
        onClick={(event) => {
          const index = under(event);
          if (index === undefined) return;
          setFocused(index);
          onSelect(index);
        }}
      >
        <canvas ref={canvas} aria-hidden className={styles['canvas']} style={{ width: room.width, height: room.height }} />
        <div className={styles['space']} style={{ height: grid.deviceHeight / ratio, marginTop: -room.height }}>
          <div role="option" id={optionId} aria-selected={selected === current} aria-setsize={count} aria-posinset={current + 1} aria-label={words(current)} className={styles['option']} />
          {frame(selected, 'selected')}
          {frame(hovered, 'hovered')}
          {frame(focused, 'focused')}
        </div>
      </div>
      <div className={styles['caption']}>{pointed !== undefined && pointed < count ? words(pointed) : '\u00a0'}</div>
    </div>
  );
}
