/** @file The built page: which file a path names, its type, and the headers of every answer. */

import { existsSync } from 'node:fs';
import { extname, join } from 'node:path';
import { pagePolicy } from '../platform/page-policy';

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
  '.ttf': 'font/ttf',
  '.wasm': 'application/wasm',
};

/** out/renderer: beside the running bundle's folder, above it if that is a shared chunk; in the build folder when run from source. */
export function builtPage(): string {
  const here = import.meta.dirname;
  const places = [join(here, '..', 'renderer'), join(here, '..', '..', 'renderer'), join(here, '..', '..', 'out', 'renderer')];
  return places.find((place) => existsSync(join(place, 'index.html')) && existsSync(join(place, 'assets'))) ?? places[0];
}

export interface PageFile {
  path: string;
  type: string;
  /** Named by its content: it never changes. */
  hashed: boolean;
}

/** The file below `folder` that the path of an address names. Names of letters, digits, '-', '_' and '.' alone, none of them beginning with '.'. */
export function pageFile(folder: string, pathname: string): PageFile | undefined {
  if (pathname === '/') return { path: join(folder, 'index.html'), type: types['.html'], hashed: false };
  if (!/^(?:\/[\w-][\w.-]*)+$/.test(pathname)) return undefined;
  const type = types[extname(pathname)];
  return type === undefined ? undefined : { path: join(folder, ...pathname.slice(1).split('/')), type, hashed: pathname.startsWith('/assets/') };
}

/** `host` is the checked Host header. */
export const servedPolicy = (host: string): string => pagePolicy([`ws://${host}`, `wss://${host}`]);

/** Of every answer, refusals included. */
export const safetyHeaders = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Frame-Options': 'DENY',
} as const;
