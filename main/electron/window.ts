/** @file A window: a sandboxed page served from app://, shown once it has painted, in the place where it was left. */

import { BrowserWindow, nativeTheme, screen } from 'electron';
import { join } from 'node:path';
import type { Log } from '../platform/log';
import type { Language } from '../lab/words';
import { appOrigin } from './assets';
import { reloadWhenCrashed } from './crash';
import { webPreferences } from './security';
import { keepWindowState, leastSize, placeOf, type WindowState } from './window-state';

export interface WindowOptions {
  home: string;
  saved: WindowState | undefined;
  log: Log;
  language: () => Language;
}

export interface OpenedWindow {
  window: BrowserWindow;
  /** What is to be written of it is written. */
  written(): Promise<void>;
}

/** --ground of the two themes (renderer/theme/tokens.css): what shows before the page has painted. */
export const grounds = { dark: '#141311', light: '#f4f1eb' };

export function openWindow({ home, saved, log, language }: WindowOptions): OpenedWindow {
  const areas = [screen.getPrimaryDisplay(), ...screen.getAllDisplays()].map(({ workArea }) => workArea);
  const place = placeOf(saved, areas);
  const window = new BrowserWindow({
    ...place,
    minWidth: Math.min(leastSize.width, place.width),
    minHeight: Math.min(leastSize.height, place.height),
    title: 'Genoise',
    icon: join(import.meta.dirname, '..', '..', 'resources', 'icons', 'linux', '512x512.png'),
    show: false,
    backgroundColor: nativeTheme.shouldUseDarkColors ? grounds.dark : grounds.light,
    webPreferences,
  });
  if (saved?.maximized) window.maximize();
  window.once('ready-to-show', () => window.show());
  reloadWhenCrashed(window, log, language);
  const written = keepWindowState(window, home, (error) => log.write('warn', 'the place of the window could not be kept', { error }));
  void window.loadURL(`${appOrigin}/`);
  return { window, written };
}

export function bringForward(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}
