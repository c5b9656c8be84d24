/** @file The trash: what lies there, how large it is, and until when. */

import { join } from 'node:path';
import type { TrashedEntry } from '../../preload/contract/domains/datasets';
import { trashDays, trashFolder } from '../data/catalog/catalog';
import { withCatalog } from './datasets';
import { bytesOf } from './disk';
import type { Lab } from './lab';
import { trashOfRuns as listRuns } from './runs';

/** When something removed at `removedAt` (ISO 8601) is gone for good. */
export const endOf = (removedAt: string): string => new Date(Date.parse(removedAt) + trashDays * 86_400_000).toISOString();

/** Removed last comes first. */
const sized = (entries: { id: string; name: string; removedAt: string; path: string }[]): Promise<TrashedEntry[]> =>
  Promise.all(
    [...entries]
      .sort((a, b) => b.removedAt.localeCompare(a.removedAt))
      .map(async ({ id, name, removedAt, path }) => ({ id, name, removedAt, endsAt: endOf(removedAt), bytes: await bytesOf(path) })),
  );

export async function trashOfDatasets(lab: Lab): Promise<TrashedEntry[]> {
  const all = await withCatalog(lab, (catalog) => catalog.trash());
  return sized(all.map((entry) => ({ ...entry, path: join(trashFolder(lab.home), entry.id) })));
}

export const trashOfRuns = async (lab: Lab): Promise<TrashedEntry[]> => sized(await listRuns(lab));
