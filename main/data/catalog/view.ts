/** @file A packed view, read at positions; and the room that views take, reclaimed. */

import { closeSync, fstatSync, openSync, readFileSync, readSync, utimesSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { endianness } from 'node:os';
import { join } from 'node:path';
import { LabError } from '../../../preload/contract/errors';
import { viewInfo, type Split, type ViewConfig, type ViewInfo } from '../../../preload/contract/datasets';
import { clock } from '../../platform/clock';
import { removeTree } from '../../platform/files';
import { readDataset } from './dataset-folder';
import { labelFile, pixelFile, viewFile, viewFolder, viewKey, viewsFolder } from './view-folder';

export interface View {
  readonly info: ViewInfo;
  count(split: Split): number;
  /** int32 [count], places in `info.labels`, -1 for none. */
  labels(split: Split): Int32Array;
  /**
   * Reads images at `indices` of a split into `into`, uint8 [indices.length, height, width, channels], which may be longer.
   * @throws LabError 'view-damaged' when the file ends early; RangeError for an index out of range or a buffer too short (our own bug)
   */
  read(split: Split, indices: ArrayLike<number>, into: Uint8Array): void;
  close(): void;
}

const splits: readonly Split[] = ['train', 'test'];

/** @throws LabError 'view-missing', 'view-damaged', 'dataset-not-found' */
export function openView(home: string, dataset: string, config: ViewConfig): View {
  const stored = readDataset(home, dataset);
  if (!stored) throw new LabError('dataset-not-found', { name: dataset, known: '-' });
  return openViewByKey(home, dataset, viewKey(stored.info.hash, config));
}

/** The view of a key, whatever became of its dataset; `dataset` is named in errors. @throws LabError 'view-missing', 'view-damaged' */
export function openViewByKey(home: string, dataset: string, key: string): View {
  if (endianness() !== 'LE') throw new LabError('internal', { detail: 'views are little-endian' });
  const folder = viewFolder(home, key);
  let info: ViewInfo;
  try {
    info = viewInfo.parse(JSON.parse(readFileSync(join(folder, viewFile), 'utf8')));
  } catch (caught) {
    throw new LabError('view-missing', { name: dataset }, { cause: caught });
  }
  // The time of last use decides what is reclaimed first; a view on a disk that can't be written to is used all the same.
  try {
    const now = clock.nowMs() / 1000;
    utimesSync(join(folder, viewFile), now, now);
  } catch (caught) {
    if (!['EPERM', 'EACCES', 'EROFS'].includes((caught as NodeJS.ErrnoException).code ?? '')) throw caught;
  }
  const { height, width, channels } = info.config;
  const imageBytes = height * width * channels;
  const descriptors: Record<Split, number> = { train: -1, test: -1 };
  const close = (): void => {
    for (const split of splits) {
      if (descriptors[split] >= 0) closeSync(descriptors[split]);
      descriptors[split] = -1;
    }
  };
  const labels = {} as Record<Split, Int32Array>;
  try {
    for (const split of splits) {
      const path = join(folder, pixelFile(split));
      descriptors[split] = openSync(path, 'r');
      checkBytes(dataset, path, info.splits[split] * imageBytes, fstatSync(descriptors[split]).size);
      const labelPath = join(folder, labelFile(split));
      const bytes = readFileSync(labelPath);
      checkBytes(dataset, labelPath, info.splits[split] * 4, bytes.length);
      labels[split] = new Int32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
    }
  } catch (caught) {
    close();
    throw caught instanceof LabError ? caught : new LabError('view-missing', { name: dataset }, { cause: caught });
  }
  return {
    info,
    count: (split) => info.splits[split],
    labels: (split) => labels[split],
    read(split, indices, into) {
      const count = info.splits[split];
      if (into.length < indices.length * imageBytes) throw new RangeError(`view: ${into.length} bytes for ${indices.length} images of ${imageBytes}`);
      for (let first = 0, last = 0; first < indices.length; first = last) {
        // Neighbours in the file are read in one call.
        last = first + 1;
        while (last < indices.length && indices[last] === indices[last - 1] + 1) last++;
        const at = indices[first];
        if (!Number.isInteger(at) || at < 0 || at + (last - first) > count) throw new RangeError(`view: index ${at} of ${count}`);
        const end = last * imageBytes;
        for (let to = first * imageBytes, from = at * imageBytes; to < end; ) {
          const read = readSync(descriptors[split], into, to, end - to, from);
          if (read === 0) throw new LabError('view-damaged', { name: dataset, path: join(folder, pixelFile(split)), expected: count * imageBytes, got: from });
          to += read;
          from += read;
        }
      }
    },
    close,
  };
}

function checkBytes(name: string, path: string, expected: number, got: number): void {
  if (expected !== got) throw new LabError('view-damaged', { name, path, expected, got });
}

const namesOfViews = async (home: string): Promise<string[]> => {
  const names = await readdir(viewsFolder(home)).catch((caught: NodeJS.ErrnoException): string[] => {
    if (caught.code === 'ENOENT') return [];
    throw caught;
  });
  return names.filter((each) => /^[0-9a-f]{64}$/.test(each));
};

/** Bytes that the views of the dataset with this hash take. */
export async function viewBytes(home: string, datasetHash: string): Promise<number> {
  let bytes = 0;
  for (const name of await namesOfViews(home)) {
    const text = await readFile(join(viewFolder(home, name), viewFile), 'utf8').catch(() => '{}');
    const info = viewInfo.safeParse(JSON.parse(text));
    if (info.success && info.data.dataset === datasetHash) bytes += info.data.bytes;
  }
  return bytes;
}

/**
 * Removes the views used longest ago until those left take at most `keepBytes`. A view is made again when it is wanted.
 * -> bytes freed
 */
export async function reclaimViews(home: string, keepBytes: number): Promise<number> {
  const views: { folder: string; bytes: number; usedMs: number }[] = [];
  for (const name of await namesOfViews(home)) {
    const folder = viewFolder(home, name);
    let bytes = 0;
    for (const file of await readdir(folder)) bytes += (await stat(join(folder, file))).size;
    const usedMs = await stat(join(folder, viewFile)).then(({ mtimeMs }) => mtimeMs, () => 0);
    views.push({ folder, bytes, usedMs });
  }
  views.sort((a, b) => b.usedMs - a.usedMs);
  let kept = 0;
  let freed = 0;
  for (const { folder, bytes } of views) {
    if (kept + bytes <= keepBytes) kept += bytes;
    else {
      await removeTree(folder);
      freed += bytes;
    }
  }
  return freed;
}
