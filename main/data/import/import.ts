/** @file Import of a dataset: recognised, read whole, checked, its originals kept. It stands under its name entirely or not at all. */

import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { errorFromJson, LabError } from '../../../preload/contract/errors';
import { type DatasetInfo, type ImportRequest, type SkippedItem } from '../../../preload/contract/datasets';
import type { Work } from '../../../preload/contract/progress';
import { clock } from '../../platform/clock';
import { createFolderAtomic, ensureFolder, moveTree } from '../../platform/files';
import { openCatalog } from '../catalog/catalog';
import { checkDatasetName, datasetFolder, datasetsFolder, originalsFolder, writeDataset, type StoredDataset } from '../catalog/dataset-folder';
import { throwIfCancelled } from '../ordered-work';
import { openSource } from '../readers/registry';
import { archiveKindOf } from './archive-kind';
import { importImages } from './import-images';
import { importRecords } from './import-records';
import { inQuarantine } from './quarantine';
import { unpack } from './unpack';

/** What the two kinds of source have in common once read. */
export interface Imported {
  facts: Omit<DatasetInfo, 'name' | 'skipped' | 'importedAt' | 'keep' | 'source'>;
  skipped: SkippedItem[];
  testBelow: number | null;
  content: StoredDataset['content'];
}

/** Where originals come from and where they go. */
export interface Originals {
  /** The folder of the dataset in making. */
  folder: string;
  /** Whether files are copied into `folder`/originals; else they stay where they are. */
  copies: boolean;
}

/** An error about the folder an archive was unpacked to is about the archive. */
async function asOf<T>(archive: string, folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (caught) {
    if (!(caught instanceof LabError)) throw caught;
    const params = Object.entries(caught.params as Record<string, string | number>).map(([key, value]) => [
      key,
      typeof value === 'string' ? value.replaceAll(folder, archive) : value,
    ]);
    throw errorFromJson({ code: caught.code, params: Object.fromEntries(params) as Record<string, string | number> });
  }
}

/** @throws LabError 'dataset-empty', or the reason itself when there was one item alone */
function refuseEmpty(path: string, skipped: readonly SkippedItem[]): never {
  const [first] = skipped;
  if (!first) throw new LabError('folder-empty', { path });
  if (skipped.length === 1) throw errorFromJson(first.reason);
  throw new LabError('dataset-empty', { path, skipped: skipped.length, first: first.path, reason: first.reason.code });
}

/**
 * Imports a file or folder under a name. Archives are unpacked in quarantine first, and what they hold is kept as a copy in any case.
 * Progress phases: 'unpack' (entries, bytes), 'read' (items), 'keep'.
 * @throws LabError 'dataset-exists', 'dataset-name-invalid', 'dataset-empty', 'cancelled', and those of readers and archives: nothing is left then
 */
export async function importDataset(request: ImportRequest, work: Work): Promise<DatasetInfo> {
  const { home, name } = request;
  checkDatasetName(name);
  const path = resolve(request.path);
  const target = datasetFolder(home, name);
  const refuseTaken = async () => {
    if (await stat(target).catch(() => null)) throw new LabError('dataset-exists', { name });
  };
  await refuseTaken();
  const archive = await archiveKindOf(path);
  const keep = archive ? 'copy' : request.keep;
  const info = await inQuarantine(home, async (quarantine) => {
    const making = await createFolderAtomic(join(quarantine, 'dataset'));
    const read = async (from: string, copies: boolean) => {
      const { source } = await openSource(from, work.signal);
      const originals: Originals = { folder: making.path, copies };
      const imported = source.kind === 'images' ? await importImages(source, originals, work) : await importRecords(source, originals, work);
      return { imported, root: source.root };
    };
    let root: string;
    let imported: Imported | { skipped: SkippedItem[]; facts: null };
    if (archive) {
      // Unpacked where the originals will stand: a file is written once.
      const unpacked = join(making.path, originalsFolder);
      await ensureFolder(unpacked);
      const refused = await unpack(path, archive, unpacked, work);
      const found = await asOf(path, unpacked, () => read(unpacked, false)).catch((caught: unknown) => {
        // Where all was refused, the first refusal says more than an empty folder.
        if (caught instanceof LabError && caught.code === 'folder-empty' && refused.length > 0) refuseEmpty(path, refused);
        throw caught;
      });
      root = join(originalsFolder, found.root.slice(unpacked.length));
      imported = { ...found.imported, skipped: [...refused, ...found.imported.skipped] };
    } else {
      const found = await read(path, keep === 'copy');
      root = keep === 'copy' ? originalsFolder : found.root;
      imported = found.imported;
    }
    const { facts, skipped } = imported;
    if (!facts) refuseEmpty(path, skipped);
    const made: DatasetInfo = { name, ...facts, skipped, importedAt: new Date(clock.nowMs()).toISOString(), keep, source: request.source ?? path };
    await writeDataset(making.path, { format: 1, info: made, root, testBelow: imported.testBelow, content: imported.content });
    throwIfCancelled(work.signal, name);
    work.progress({ phase: 'keep', done: 0, total: 1 });
    await making.commit();
    throwIfCancelled(work.signal, name);
    await ensureFolder(datasetsFolder(home));
    try {
      await moveTree(join(quarantine, 'dataset'), target);
    } catch (caught) {
      if ((caught as NodeJS.ErrnoException).code === 'EEXIST') throw new LabError('dataset-exists', { name }, { cause: caught });
      throw caught;
    }
    return made;
  });
  const catalog = openCatalog(home);
  try {
    return catalog.dataset(info.name);
  } finally {
    catalog.close();
  }
}

