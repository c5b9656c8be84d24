/** @file What a home uses of the disk. */

import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { DiskUse } from '../../preload/contract/domains/app';
import { emptyContentCache } from '../platform/content-cache';
import { freeBytes } from '../platform/free-space';

type Kind = Exclude<keyof DiskUse, 'free'>;
const kinds: Record<string, Kind> = { datasets: 'datasets', views: 'views', runs: 'runs', trash: 'trash', cache: 'cache' };

/** Bytes of files, by what they are; a home that does not stand yet has none. */
export async function diskUse(home: string): Promise<DiskUse> {
  const use: DiskUse = { datasets: 0, views: 0, runs: 0, trash: 0, cache: 0, other: 0, free: 0 };
  for (const name of await readdir(home).catch(() => [])) use[kinds[name] ?? 'other'] += await bytesOf(join(home, name));
  use.free = await freeBytes(home).catch(() => 0);
  return use;
}

/** Removes compiled steps: each is compiled again when its training starts. A training under way has what it needs. -> bytes freed */
export async function emptyCache(home: string): Promise<number> {
  const cache = join(home, 'cache');
  const bytes = await bytesOf(cache);
  await emptyContentCache(cache);
  return bytes - (await bytesOf(cache));
}

/** Bytes of the files at and below a path; what goes away meanwhile counts nothing. */
export async function bytesOf(path: string): Promise<number> {
  const found = await lstat(path).catch(() => undefined);
  if (!found) return 0;
  if (!found.isDirectory()) return found.size;
  let bytes = 0;
  for (const name of await readdir(path).catch(() => [])) bytes += await bytesOf(join(path, name));
  return bytes;
}
