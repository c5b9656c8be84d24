/** @file Which file of the page an app:// address names, and the policy under which the page runs. */

import { isAbsolute, join, relative } from 'node:path';

/** Only what comes with the application: no foreign script, style, picture or connection. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

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
