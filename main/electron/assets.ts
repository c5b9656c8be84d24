/** @file Which file of the page an app:// address names. */

import { isAbsolute, join, relative } from 'node:path';

export const appOrigin = 'app://genoise';

/** The file below `root` that `address` names, or undefined for another origin or a path that leads out of `root`. */
export function assetPath(root: string, address: string): string | undefined {
  const url = URL.parse(address);
  if (!url || `${url.protocol}//${url.host}` !== appOrigin) return undefined;
  let path: string;
  try {
    path = decodeURIComponent(url.pathname);
  } catch {
    return undefined;
  }
  if (/[\0\\:]/.test(path)) return undefined;
  const file = join(root, path === '/' ? 'index.html' : path);
  const below = relative(root, file);
  return below === '' || below.startsWith('..') || isAbsolute(below) ? undefined : file;
}
