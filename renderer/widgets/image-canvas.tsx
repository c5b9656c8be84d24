/** @file One image at a whole-number zoom: small ones pixel by pixel, transparency over a checkerboard, signed values around zero. */

import { useEffect, useMemo, useRef } from 'react';
import { classes } from './class-names';
import { useDeviceRatio, useSize } from './device-pixels';
import styles from './image-canvas.module.css';
import { rgbaOf, wholeZoom, type Pixels } from './pixels';

export interface ImageCanvasProps {
  /** undefined: nothing to show yet, the place is kept. */
  pixels: Pixels | undefined;
  /** Which of [N, H, W, C]; the first unless told otherwise. */
  index?: number;
  /** What the image is, in words. */
  label: string;
  /** CSS pixels an image pixel; 'fit' takes the largest that fits the parent. */
  zoom?: number | 'fit';
  className?: string;
}

/** Below this side images are shown pixel by pixel. */
const smallSide = 64;

export function ImageCanvas({ pixels, index = 0, label, zoom = 'fit', className }: ImageCanvasProps) {
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const ratio = useDeviceRatio();
  const room = useSize(box);
  const rgba = useMemo(() => pixels && rgbaOf(pixels, index), [pixels, index]);
  const { height = 0, width = 0 } = pixels ?? {};
  useEffect(() => {
    if (!rgba || !canvas.current) return;
    canvas.current.width = width;
    canvas.current.height = height;
    canvas.current.getContext('2d')?.putImageData(new ImageData(rgba, width, height), 0, 0);
  }, [rgba, height, width]);
  const deviceZoom = zoom === 'fit' ? wholeZoom(height, width, room, ratio) : Math.max(1, Math.round(zoom * ratio));
  const shown = { height: `${(height * deviceZoom) / ratio}px`, width: `${(width * deviceZoom) / ratio}px` };
  const transparent = pixels !== undefined && (pixels.channels === 4 || 'signed' in pixels);
  return (
    <div ref={box} className={classes(zoom === 'fit' && styles['fit'], className)}>
      <canvas
        ref={canvas}
        role="img"
        aria-label={label}
        hidden={!pixels}
        className={classes(styles['canvas'], transparent && styles['checker'], (Math.max(height, width) <= smallSide || deviceZoom >= 2) && styles['pixelated'])}
        style={shown}
      />
    </div>
  );
}
