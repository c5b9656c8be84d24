/** @file Where a window stands and how large it is, kept in the home; a place that no display shows any more is given up. */

import type { BrowserWindow, Rectangle } from 'electron';
import { join } from 'node:path';
import { z } from 'zod';
import { readState, writeState } from '../platform/state-file';

const windowState = z.object({
  x: z.int(),
  y: z.int(),
  width: z.int().min(1),
  height: z.int().min(1),
  maximized: z.boolean(),
});
export type WindowState = z.infer<typeof windowState>;

export const defaultSize = { width: 1280, height: 800 };
export const leastSize = { width: 1024, height: 700 };
/** As much of a window's top must be seen that it can be dragged back, in pixels. */
const grip = { width: 120, height: 40 };
/** A window on the move is written down once it rests. */
const restMs = 500;

const fileOf = (home: string): string => join(home, 'window.json');

export const readWindowState = (home: string): Promise<WindowState | undefined> => readState(fileOf(home), windowState);

/** Where to open: as it was left, if a display shows its upper edge; else the size alone, centred by the system. No larger than the display. */
export function placeOf(saved: WindowState | undefined, workAreas: readonly Rectangle[]): { width: number; height: number; x?: number; y?: number } {
  const area = saved && workAreas.find((candidate) => gripSeen(saved, candidate));
  const room = area ?? workAreas[0];
  const { width, height } = saved ?? defaultSize;
  const size = { width: Math.min(width, room?.width ?? width), height: Math.min(height, room?.height ?? height) };
  return area && saved ? { ...size, x: saved.x, y: saved.y } : size;
}

function gripSeen(window: Rectangle, area: Rectangle): boolean {
  const across = Math.min(window.x + window.width, area.x + area.width) - Math.max(window.x, area.x);
  return across >= Math.min(grip.width, window.width) && window.y >= area.y - 1 && window.y + grip.height <= area.y + area.height;
}

/** Writes the window's state down whenever it has moved and rests, and when it closes. `onError` takes what the disk refused. -> resolves when all is written */
export function keepWindowState(window: BrowserWindow, home: string, onError: (error: unknown) => void): () => Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  let written = Promise.resolve();
  const keep = (): void => {
    clearTimeout(timer);
    if (window.isDestroyed()) return;
    const { x, y, width, height } = window.getNormalBounds();
    const state: WindowState = { x, y, width, height, maximized: window.isMaximized() };
    written = written.then(() => writeState(fileOf(home), state)).catch(onError);
  };
  const soon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(keep, restMs);
  };
  window.on('resize', soon);
  window.on('move', soon);
  window.on('maximize', soon);
  window.on('unmaximize', soon);
  window.on('close', keep);
  return () => written;
}
