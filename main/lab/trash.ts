/** @file The trash of datasets: what lies there, how large it is, and until when. */

import { join } from 'node:path';
import type { TrashedEntry } from '../../preload/contract/domains/datasets';
import { trashDays, trashFolder } from '../data/catalog/catalog';
import { withCatalog } from './datasets';
import { bytesOf } from './disk';
import type { Lab } from './lab';

/** When something removed at `removedAt` (ISO 8601) is gone for good. */
export const endOf = (removedAt: string): string => new Date(Date.parse(removedAt) + trashDays * 86_400_000).toISOString();

/** Removed last comes first. */
export async function trashOfDatasets(lab: Lab): Promise<TrashedEntry[]> {
  const all = await withCatalog(lab, (catalog) => catalog.trash());
  const sorted = all.sort((a, b) => b.removedAt.localeCompare(a.removedAt));
  return Promise.all(sorted.map(async (entry) => ({ ...entry, endsAt: endOf(entry.removedAt), bytes: await bytesOf(join(trashFolder(lab.home), entry.id)) })));
}
