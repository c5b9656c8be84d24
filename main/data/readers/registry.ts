/** @file The one list of readers, and the ways to use it: open a path, read records again, say what stands there. */

import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatasetInfo } from '../../../preload/contract/datasets';
import { LabError } from '../../../preload/contract/errors';
import { cifarBlocks, cifarReader } from './cifar/reader';
import { idxBlocks, idxReader } from './idx/reader';
import { imageFolderReader } from './image-folder/reader';
import { npyBlocks, npyReader } from './npy/reader';
import type { Reader, RecordBlock, RecordLayout, RecordPart, Source } from './reader';
import { readingError } from './reading';
import { kindOfFile, type FileKind } from './signatures';
import { walk } from './walk';

/** In the order they are asked: formats with a header first, a folder of images is what remains. */
export const readers: readonly Reader[] = [idxReader, cifarReader, npyReader, imageFolderReader];

interface RecordFormat {
  reader: DatasetInfo['reader'];
  blocks: (root: string, layout: RecordLayout, part: RecordPart) => AsyncIterable<RecordBlock>;
}

const recordFormats: { [F in RecordLayout['format']]: RecordFormat } = {
  idx: { reader: 'idx', blocks: idxBlocks },
  'cifar-10': { reader: 'cifar', blocks: cifarBlocks },
  'cifar-100': { reader: 'cifar', blocks: cifarBlocks },
  npy: { reader: 'npy', blocks: npyBlocks },
};

export const readerOfFormat = (format: RecordLayout['format']): DatasetInfo['reader'] => recordFormats[format].reader;

/** The records of one part of a layout, in order. Errors are those of the format's reader. */
export function recordBlocks(root: string, layout: RecordLayout, part: RecordPart): AsyncIterable<RecordBlock> {
  return recordFormats[layout.format].blocks(root, layout, part);
}

/** Files of a folder that are looked into when no reader knows it. */
const maxLookedInto = 1000;

/** What the folder holds instead of data: a pickle first of all, since the user can do something about it. */
async function kindOfFolder(path: string): Promise<FileKind | 'no files'> {
  let first: FileKind | null = null;
  let count = 0;
  for await (const found of walk(path)) {
    if (found.kind !== 'file') continue;
    if (count++ >= maxLookedInto) break;
    const kind = await kindOfFile(join(path, found.path)).catch(() => 'unknown' as const);
    if (kind === 'pickle') throw new LabError('pickle-refused', { path: join(path, found.path) });
    if (kind !== 'unknown' && kind !== 'empty') first ??= kind;
  }
  return count === 0 ? 'no files' : (first ?? 'unknown');
}

const textEndings: readonly [RegExp, string][] = [
  [/\.(csv|tsv)(\.gz)?$/i, 'csv'],
  [/\.jsonl?$/i, 'json'],
  [/\.npz$/i, 'npz'],
  [/\.mat$/i, 'mat'],
  [/\.txt$/i, 'txt'],
];

/**
 * What the first reader makes of a path that is no archive.
 * @throws LabError 'path-not-found', 'path-not-readable', 'pickle-refused', 'format-unknown', 'folder-empty', and those of the readers
 */
export async function openSource(path: string, signal: AbortSignal): Promise<{ source: Source; reader: Reader }> {
  const found = await stat(path).catch((caught: unknown) => {
    throw readingError(caught, path);
  });
  if (!found.isDirectory() && !found.isFile()) throw new LabError('format-unknown', { path, found: 'device' });
  const kind = found.isFile() ? await kindOfFile(path) : null;
  if (kind === 'pickle') throw new LabError('pickle-refused', { path });
  for (const reader of readers) {
    const source = await reader.open(path, signal);
    if (source) return { source, reader };
  }
  if (signal.aborted) throw new LabError('cancelled', { what: path });
  const what = kind ?? (await kindOfFolder(path));
  if (what === 'no files') throw new LabError('folder-empty', { path });
  throw new LabError('format-unknown', { path, found: what === 'unknown' || what === 'gzip' || what === 'zip' ? (textEndings.find(([ending]) => ending.test(path))?.[1] ?? what) : what });
}
