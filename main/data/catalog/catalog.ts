/** @file The datasets of a home. Their folders are the truth; the database spares reading them all each time. */

import { randomBytes } from 'node:crypto';
import { readdirSync, renameSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { LabError } from '../../../preload/contract/errors';
import { datasetInfo, type DatasetInfo, type TrashedDataset } from '../../../preload/contract/datasets';
import { clock } from '../../platform/clock';
import { ensureFolder, moveTree, removeTree } from '../../platform/files';
import { databaseFile, isCorrupt, openDatabase, whileBusy } from './database';
import { checkDatasetName, datasetFolder, datasetsFolder, infoFile, readDataset } from './dataset-folder';
import { naturalOrder } from '../readers/natural-order';

export interface Catalog {
  /** In the natural order of their names. A dataset whose files are damaged is left out: `dataset` says why. */
  datasets(): DatasetInfo[];
  /** @throws LabError 'dataset-not-found' with the names there are, 'dataset-damaged' */
  dataset(name: string): DatasetInfo;
  /** Gives it another name; runs that were made of it find it by its content. @throws LabError 'dataset-not-found', 'dataset-exists', 'dataset-name-invalid' */
  rename(name: string, to: string): Promise<DatasetInfo>;
  /** Moves the dataset to the trash, for 30 days. @throws LabError 'dataset-not-found' */
  remove(name: string): Promise<TrashedDataset>;
  trash(): Promise<TrashedDataset[]>;
  /** Takes a dataset out of the trash. @throws LabError 'trash-not-found', 'dataset-exists' */
  restore(id: string): Promise<DatasetInfo>;
  /** Out of the trash, for good. @throws LabError 'trash-not-found' */
  discard(id: string): Promise<void>;
  close(): void;
}

export const trashDays = 30;
export const trashFolder = (home: string): string => join(home, 'trash', 'datasets');
/** TIME-RANDOM-NAME: the time in milliseconds since 1970. */
const trashPattern = /^(\d+)-[0-9a-f]{6}-(.+)$/;

function trashed(id: string): TrashedDataset | null {
  const [, removedMs, name] = trashPattern.exec(id) ?? [];
  return name === undefined ? null : { id, name, removedAt: new Date(Number(removedMs)).toISOString() };
}

/** Changes whenever a dataset's folder was written anew. */
function stampOf(home: string, name: string): string | null {
  try {
    const { mtimeMs, size, ino } = statSync(join(datasetFolder(home, name), infoFile));
    return `${mtimeMs}/${size}/${ino}`;
  } catch {
    return null;
  }
}

function namesOf(home: string): string[] {
  try {
    const entries = readdirSync(datasetsFolder(home), { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.')).map(({ name }) => name);
  } catch (caught) {
    if ((caught as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw caught;
  }
}

function openAnew(home: string): DatabaseSync {
  try {
    return openDatabase(home);
  } catch (caught) {
    if (!isCorrupt(caught)) throw caught;
    // It is an index only: set aside, and made again from the folders.
    const path = databaseFile(home);
    for (const suffix of ['', '-wal', '-shm']) {
      try {
        renameSync(path + suffix, `${path}${suffix}.damaged-${clock.nowMs()}`);
      } catch (missing) {
        if ((missing as NodeJS.ErrnoException).code !== 'ENOENT') throw missing;
      }
    }
    return openDatabase(home);
  }
}

/** Brings the table in step with the folders, reading only those that changed. */
function synchronise(home: string, database: DatabaseSync): void {
  const known = new Map(whileBusy(() => database.prepare('SELECT name, stamp FROM datasets').all()).map((row) => [String(row['name']), String(row['stamp'])]));
  const changed: { name: string; stamp: string; info: DatasetInfo }[] = [];
  const gone = new Set(known.keys());
  for (const name of namesOf(home)) {
    const stamp = stampOf(home, name);
    if (stamp === null) continue;
    if (known.get(name) === stamp) {
      gone.delete(name);
      continue;
    }
    try {
      const stored = readDataset(home, name);
      if (!stored) continue;
      // The folder's name counts: a user may have renamed it.
      changed.push({ name, stamp, info: { ...stored.info, name } });
      gone.delete(name);
    } catch (caught) {
      if (!(caught instanceof LabError)) throw caught;
    }
  }
  if (changed.length === 0 && gone.size === 0) return;
  whileBusy(() => {
    database.exec('BEGIN IMMEDIATE');
    try {
      const put = database.prepare('INSERT OR REPLACE INTO datasets (name, stamp, info) VALUES (?, ?, ?)');
      for (const { name, stamp, info } of changed) put.run(name, stamp, JSON.stringify(info));
      const drop = database.prepare('DELETE FROM datasets WHERE name = ?');
      for (const name of gone) drop.run(name);
      database.exec('COMMIT');
    } catch (caught) {
      database.exec('ROLLBACK');
      throw caught;
    }
  });
}

/** Removes from the trash what is older than 30 days. */
async function emptyTrash(home: string): Promise<void> {
  for (const { id, removedAt } of await trashOf(home)) {
    if (clock.nowMs() - Date.parse(removedAt) > trashDays * 86_400_000) await removeTree(join(trashFolder(home), id));
  }
}

async function trashOf(home: string): Promise<TrashedDataset[]> {
  const ids = await readdir(trashFolder(home)).catch((caught: NodeJS.ErrnoException): string[] => {
    if (caught.code === 'ENOENT') return [];
    throw caught;
  });
  return ids.map(trashed).filter((each) => each !== null);
}

function parsedInfo(json: string): DatasetInfo | null {
  try {
    return datasetInfo.parse(JSON.parse(json));
  } catch {
    return null;
  }
}

/** Opens the catalog of a home, which need not stand yet. Any number of processes may have it open. */
export function openCatalog(home: string): Catalog {
  const database = openAnew(home);
  /** null when a row is not what this program writes. */
  const rows = (): DatasetInfo[] | null => {
    const parsed = whileBusy(() => database.prepare('SELECT info FROM datasets').all()).map((row) => parsedInfo(String(row['info'])));
    return parsed.every((info) => info !== null) ? parsed : null;
  };
  const list = (): DatasetInfo[] => {
    synchronise(home, database);
    let infos = rows();
    if (!infos) {
      whileBusy(() => database.exec('DELETE FROM datasets'));
      synchronise(home, database);
      infos = rows() ?? [];
    }
    return infos.sort((a, b) => naturalOrder(a.name, b.name));
  };
  const one = (name: string): DatasetInfo => {
    const stored = readDataset(home, name);
    if (stored) return { ...stored.info, name };
    throw new LabError('dataset-not-found', { name, known: list().map((info) => info.name).join(', ') || '-' });
  };
  const moveToFree = async (from: string, name: string): Promise<void> => {
    try {
      await moveTree(from, datasetFolder(home, name));
    } catch (caught) {
      if ((caught as NodeJS.ErrnoException).code === 'EEXIST') throw new LabError('dataset-exists', { name }, { cause: caught });
      throw caught;
    }
  };
  const inTrash = async (id: string): Promise<TrashedDataset> => {
    const all = await trashOf(home);
    const found = all.find((each) => each.id === id);
    if (!found) throw new LabError('trash-not-found', { id, known: all.map((each) => each.id).join(', ') || '-' });
    return found;
  };
  return {
    datasets: list,
    dataset(name) {
      const info = one(name);
      synchronise(home, database);
      return info;
    },
    async rename(name, to) {
      checkDatasetName(to);
      one(name);
      await moveToFree(datasetFolder(home, name), to);
      synchronise(home, database);
      return one(to);
    },
    async remove(name) {
      checkDatasetName(name);
      if (!namesOf(home).includes(name)) one(name);
      await emptyTrash(home);
      await ensureFolder(trashFolder(home));
      const id = `${clock.nowMs()}-${randomBytes(3).toString('hex')}-${name}`;
      await moveTree(datasetFolder(home, name), join(trashFolder(home), id));
      synchronise(home, database);
      return trashed(id) as TrashedDataset;
    },
    trash: () => trashOf(home),
    async restore(id) {
      const found = await inTrash(id);
      await moveToFree(join(trashFolder(home), id), found.name);
      synchronise(home, database);
      return one(found.name);
    },
    async discard(id) {
      await removeTree(join(trashFolder(home), (await inTrash(id)).id));
    },
    close: () => database.close(),
  };
}

/** Makes the database's table of datasets anew from their folders. */
export function rebuildCatalog(home: string): DatasetInfo[] {
  const database = openAnew(home);
  whileBusy(() => database.exec('DELETE FROM datasets'));
  database.close();
  const catalog = openCatalog(home);
  try {
    return catalog.datasets();
  } finally {
    catalog.close();
  }
}
