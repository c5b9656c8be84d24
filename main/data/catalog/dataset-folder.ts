/** @file A dataset's own folder: HOME/datasets/NAME/ with dataset.json, items.ndjson and originals/. The folder is the truth, the catalog an index of it. */

import { createReadStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { LabError } from '../../../preload/contract/errors';
import { datasetInfo, splitName, type Split } from '../../../preload/contract/datasets';
import { createFileAtomic, writeFileAtomic } from '../../platform/files';
import { recordLayout } from '../readers/record-layout';

const storedDataset = z.object({
  format: z.literal(1),
  info: datasetInfo,
  /** Where the originals stand: absolute for links, else relative to the dataset's folder. */
  root: z.string(),
  /** Items whose hash is below this are for test; null where the format has splits of its own. */
  testBelow: z.number().nullable(),
  /** Files of images have one line each in items.ndjson; records are read again by their layout. */
  content: z.discriminatedUnion('kind', [z.object({ kind: z.literal('images') }), z.object({ kind: z.literal('records'), layout: recordLayout })]),
});
export type StoredDataset = z.infer<typeof storedDataset>;

export const datasetsFolder = (home: string): string => join(home, 'datasets');
export const datasetFolder = (home: string, name: string): string => join(home, 'datasets', name);
export const infoFile = 'dataset.json';
export const itemsFile = 'items.ndjson';
export const originalsFolder = 'originals';

/** A name that may stand as a folder on every system. @throws LabError 'dataset-name-invalid' */
export function checkDatasetName(name: string): void {
  // oxlint-disable-next-line no-control-regex
  const isBad = /[\0-\x1f\x7f<>:"/\\|?*]/.test(name) || /^[. ]|[. ]$/.test(name) || /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(name);
  if (isBad || name.length < 1 || name.length > 100 || Buffer.byteLength(name) > 240 || /\p{Surrogate}/u.test(name)) throw new LabError('dataset-name-invalid', { name });
}

/** -> what was stored, or null where no such dataset stands. @throws LabError 'dataset-damaged', 'dataset-name-invalid' */
export function readDataset(home: string, name: string): StoredDataset | null {
  checkDatasetName(name);
  const path = join(datasetFolder(home, name), infoFile);
  let content: string;
  try {
    content = readFileSync(path, 'utf8');
  } catch (caught) {
    const { code } = caught as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw new LabError('dataset-damaged', { name, path, detail: code ?? String(caught) }, { cause: caught });
  }
  try {
    return storedDataset.parse(JSON.parse(content));
  } catch (caught) {
    const detail = caught instanceof z.ZodError ? caught.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ') : (caught as Error).message;
    throw new LabError('dataset-damaged', { name, path, detail }, { cause: caught });
  }
}

export async function writeDataset(folder: string, stored: StoredDataset): Promise<void> {
  await writeFileAtomic(join(folder, infoFile), JSON.stringify(storedDataset.parse(stored)));
}

/** One image file of a dataset. */
export interface DatasetItem {
  /** Relative to the root of the originals, with '/' between names. */
  path: string;
  label: string | null;
  /** The format's own split. */
  split: Split | null;
  /** Pixels, after EXIF turning. */
  width: number;
  height: number;
  /** Of the file's bytes. */
  sha256: string;
}

const itemLine = z.tuple([z.string(), z.string().nullable(), splitName.nullable(), z.int(), z.int(), z.string()]);
const bufferedBytes = 2 ** 18;

/** A line of the index. @throws when it is none */
export function parseItem(line: string): DatasetItem {
  const [path, label, split, width, height, sha256] = itemLine.parse(JSON.parse(line));
  return { path, label, split, width, height, sha256 };
}

/** Writes the index of items, one JSON array a line, in dataset order. */
export async function createItemIndex(folder: string): Promise<{ add(item: DatasetItem): Promise<void>; commit(): Promise<void>; abort(): Promise<void> }> {
  const file = await createFileAtomic(join(folder, itemsFile));
  let pending = '';
  const flush = async (): Promise<void> => {
    await file.write(Buffer.from(pending, 'utf8'));
    pending = '';
  };
  return {
    async add({ path, label, split, width, height, sha256 }) {
      pending += `${JSON.stringify([path, label, split, width, height, sha256])}\n`;
      if (pending.length > bufferedBytes) await flush();
    },
    async commit() {
      await flush();
      await file.commit();
    },
    abort: () => file.abort(),
  };
}

/** The items of a dataset of image files, in order, streamed. @throws LabError 'dataset-damaged' */
export async function* readItems(home: string, name: string): AsyncGenerator<DatasetItem> {
  const path = join(datasetFolder(home, name), itemsFile);
  const input = createReadStream(path, 'utf8');
  try {
    for await (const line of createInterface({ input, crlfDelay: Infinity })) yield parseItem(line);
  } catch (caught) {
    if (caught instanceof LabError) throw caught;
    throw new LabError('dataset-damaged', { name, path, detail: (caught as Error).message }, { cause: caught });
  } finally {
    input.destroy();
  }
}
