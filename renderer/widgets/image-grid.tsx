/** @file Many images in one canvas: hovered, clicked, and walked through by the keys. */

import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import { useWords } from '../state/words';
import { classes } from './class-names';
import { useDeviceRatio, useSize } from './device-pixels';
import styles from './image-grid.module.css';
import { gridOf, placeAt } from './grid-layout';
import { rgbaOf, type Pixels } from './pixels';

export interface ImageGridProps {
  /** [N, H, W, C] */
  pixels: Pixels;
  count: number;
  /** What the images are, in words. */
  label: string;
  /** CSS pixels an image pixel, rounded to whole device pixels. */
  zoom?: number;
  /** Fixed; else as many as fit. */
  columns?: number;
  /** Between images, CSS pixels. */
  gap?: number;
  /** What one image is: its label's name, say. */
  nameOf?: (index: number) => string | undefined;
  /** The colour of a bar under one image: its label's. */
  colourOf?: (index: number) => string | undefined;
  selected?: number;
  /** By a click or Enter; with a grid that only shows, leave it out. */
  onSelect?(index: number): void;
  /** undefined: no longer over an image. */
  onHover?(index: number | undefined): void;
  className?: string;
}

export function ImageGrid({ pixels, count, label, zoom = 2, columns, gap = 2, nameOf, colourOf, selected, onSelect, onHover, className }: ImageGridProps) {
  const t = useWords('widgets');
  const optionId = useId();
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [hovered, setHovered] = useState<number | undefined>(undefined);
  const [focused, setFocused] = useState<number | undefined>(undefined);
  const ratio = useDeviceRatio();
  const { width: room } = useSize(box);
  const grid = useMemo(() => gridOf({ count, height: pixels.height, width: pixels.width, zoom, gap, ratio, room, columns, bar: colourOf !== undefined }), [count, pixels, zoom, gap, ratio, room, columns, colourOf]);

  // The images side by side at their own size, made once; drawn from there at any zoom.
  const sheet = useMemo(() => {
    const made = document.createElement('canvas');
    made.width = pixels.width;
    made.height = pixels.height * count;
    const context = made.getContext('2d');
    for (let index = 0; index < count; index++) context?.putImageData(new ImageData(rgbaOf(pixels, index), pixels.width, pixels.height), 0, index * pixels.height);
    return made;
  }, [pixels, count]);

  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context || !canvas.current || grid.columns === 0) return;
    canvas.current.width = grid.deviceWidth;
    canvas.current.height = grid.deviceHeight;
    context.imageSmoothingEnabled = false;
    for (let index = 0; index < count; index++) {
      const { x, y } = grid.cell(index);
      context.drawImage(sheet, 0, index * pixels.height, pixels.width, pixels.height, x, y, grid.tileWidth, grid.tileHeight);
      const colour = colourOf?.(index);
      if (colour) {
        context.fillStyle = colour;
        context.fillRect(x, y + grid.tileHeight, grid.tileWidth, grid.barHeight);
      }
    }
  }, [sheet, grid, count, pixels, colourOf]);

  const under = (event: PointerEvent): number | undefined => {
    const { left, top } = event.currentTarget.getBoundingClientRect();
    return placeAt(grid, (event.clientX - left) * ratio, (event.clientY - top) * ratio, count);
  };
  const hover = (index: number | undefined): void => {
    if (index === hovered) return;
    setHovered(index);
    onHover?.(index);
  };
  const current = focused ?? selected ?? 0;
  const onKeyDown = (event: KeyboardEvent): void => {
    const moved = { ArrowLeft: current - 1, ArrowRight: current + 1, ArrowUp: current - grid.columns, ArrowDown: current + grid.columns, Home: 0, End: count - 1 }[event.key];
    if (moved !== undefined) {
      event.preventDefault();
      if (moved < 0 || moved >= count) return;
      setFocused(moved);
      onHover?.(moved);
    } else if ((event.key === 'Enter' || event.key === ' ') && onSelect) {
      event.preventDefault();
      onSelect(current);
    }
  };
  const frame = (index: number | undefined, name: string) => {
    if (index === undefined || index >= count) return null;
    const { x, y } = grid.cell(index);
    return <div className={styles[name]} style={{ left: x / ratio, top: y / ratio, width: grid.tileWidth / ratio, height: grid.tileHeight / ratio }} />;
  };
  const name = nameOf?.(current);
  const words = name ? t('image.placeLabel', { place: current + 1, count, label: name }) : t('image.place', { place: current + 1, count });
  if (!onSelect && !onHover) {
    return (
      <div ref={box} className={classes(styles['grid'], className)}>
        <canvas ref={canvas} role="img" aria-label={label} className={styles['canvas']} style={{ width: grid.deviceWidth / ratio, height: grid.deviceHeight / ratio }} />
      </div>
    );
  }
  return (
    <div ref={box} className={classes(styles['grid'], className)}>
      {/* One option at a time stands for the image in focus: a list of thousands has no thousand elements. */}
      <div
        role="listbox"
        tabIndex={0}
        aria-label={label}
        aria-activedescendant={optionId}
        className={styles['list']}
        style={{ width: grid.deviceWidth / ratio, height: grid.deviceHeight / ratio }}
        onKeyDown={onKeyDown}
        onFocus={() => setFocused((now) => now ?? selected ?? 0)}
        onBlur={() => {
          setFocused(undefined);
          onHover?.(undefined);
        }}
        onPointerMove={(event) => hover(under(event))}
        onPointerLeave={() => hover(undefined)}
        onClick={(event) => {
          const index = under(event as unknown as PointerEvent);
          if (index !== undefined) {
            setFocused(index);
            onSelect?.(index);
          }
        }}
      >
        <canvas ref={canvas} aria-hidden className={styles['canvas']} style={{ width: grid.deviceWidth / ratio, height: grid.deviceHeight / ratio }} />
        <div role="option" id={optionId} aria-selected={selected === current} aria-setsize={count} aria-posinset={current + 1} aria-label={words} className={styles['option']} />
        {frame(selected, 'selected')}
        {frame(hovered, 'hovered')}
        {frame(focused, 'focused')}
      </div>
    </div>
  );
}
