/** @file CIFAR-10 and CIFAR-100 in their binary version. Source: https://www.cs.toronto.edu/~kriz/cifar.html */

import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { LabError } from '../../../../preload/contract/errors';
import type { Recognition, SkippedItem, Split } from '../../../../preload/contract/datasets';
import { interleave } from '../planes';
import type { Reader, RecordBlock, RecordLayout, RecordPart, RecordSource, Source } from '../reader';
import { ByteReader, fileBytes, readHead, readingError } from '../reading';
import { kindOfHead } from '../signatures';
import { blockCount } from '../record-layout';
import { inSplitOrder } from '../splits';
import { listFolder, listIfReadable } from '../walk';

const side = 32;
const pixelBytes = 3 * side * side;

/** A record is its label bytes (CIFAR-100: coarse, fine), then the red, the green and the blue plane. */
const formats = {
  'cifar-10': { labelBytes: 1, classes: [10], namesFile: 'batches.meta.txt' },
  'cifar-100': { labelBytes: 2, classes: [20, 100], namesFile: 'fine_label_names.txt' },
} as const;
type CifarFormat = keyof typeof formats;
const recordBytesOf = (format: CifarFormat): number => formats[format].labelBytes + pixelBytes;

const officialName = /^(data_batch_\d+|test_batch|train|test)\.bin$/i;
const isBin = (name: string): boolean => /\.bin$/i.test(name);
const splitOf = (name: string): Split | null => (/^test(_batch)?\.bin$/i.test(name) ? 'test' : /^(data_batch_\d+|train)\.bin$/i.test(name) ? 'train' : null);

/** Records whose labels are looked at to tell the formats apart. */
const recordsLookedAt = 64;

/** -> null where size and labels fit neither. The names files beside, and the file's own name, settle a size that fits both. */
async function formatOf(path: string, names: readonly string[]): Promise<{ format: CifarFormat; count: number } | null> {
  const { size } = await stat(path);
  if (size === 0) return null;
  const head = await readHead(path, recordsLookedAt * recordBytesOf('cifar-100'));
  // A pickle can have any length.
  if (kindOfHead(head.subarray(0, 4096)) === 'pickle') throw new LabError('pickle-refused', { path });
  const fitting = (Object.keys(formats) as CifarFormat[]).filter((format) => size % recordBytesOf(format) === 0);
  const named = fitting.filter((format) => names.includes(formats[format].namesFile));
  const plausible = fitting.filter((format) => {
    const { classes } = formats[format];
    const stride = recordBytesOf(format);
    for (let at = 0; at + stride <= head.length; at += stride) if (classes.some((below, i) => head[at + i] >= below)) return false;
    return true;
  });
  const isOfficial = officialName.test(basename(path));
  const format = plausible.find((each) => named.includes(each)) ?? plausible[0] ?? named[0] ?? (isOfficial ? fitting[0] : undefined);
  return format ? { format, count: size / recordBytesOf(format) } : null;
}

async function classNames(folder: string, names: readonly string[], format: CifarFormat): Promise<string[]> {
  const { namesFile, classes } = formats[format];
  const wanted = classes[classes.length - 1];
  const plain = Array.from({ length: wanted }, (_, i) => String(i));
  if (!names.includes(namesFile)) return plain;
  const path = join(folder, namesFile);
  if ((await stat(path)).size > 2 ** 16) return plain;
  const lines = (await readFile(path, 'utf8')).split(/\r?\n/).map((line) => line.trim()).filter((line) => line !== '');
  return lines.length === wanted && new Set(lines).size === wanted ? lines : plain;
}

/** @throws LabError 'cifar-size', 'cifar-mixed', 'pickle-refused' */
async function openFiles(root: string, chosen: readonly string[], names: readonly string[]): Promise<RecordSource | null> {
  const parts: RecordPart[] = [];
  const skipped: SkippedItem[] = [];
  let format: CifarFormat | null = null;
  let first = '';
  for (const name of chosen) {
    const path = join(root, name);
    const found = await formatOf(path, names).catch((caught: unknown) => {
      const error = readingError(caught, path);
      if (error instanceof LabError && error.code === 'path-not-readable' && !officialName.test(name)) return null;
      throw error;
    });
    if (!found) {
      if (officialName.test(name)) throw new LabError('cifar-size', { path, bytes: (await stat(path)).size });
      skipped.push({ path: name, reason: { code: 'file-not-used', params: { path } } });
      continue;
    }
    if (format && found.format !== format) throw new LabError('cifar-mixed', { path, other: join(root, first) });
    format ??= found.format;
    first ||= name;
    parts.push({ split: splitOf(name), count: found.count, images: name, labelFile: null });
  }
  if (!format) return null;
  const layout: RecordLayout = {
    format,
    height: side,
    width: side,
    channels: 3,
    labels: await classNames(root, names, format),
    parts: inSplitOrder(parts),
  };
  return { kind: 'records', root, layout, skipped };
}

const maxDepth = 3;

async function openFolder(folder: string, signal: AbortSignal, depth = 0): Promise<RecordSource | null> {
  const entries = depth === 0 ? await listFolder(folder) : await listIfReadable(folder);
  const names = entries.filter(({ isFolder }) => !isFolder).map(({ name }) => name);
  const bins = names.filter(isBin);
  if (bins.length > 0) {
    const source = await openFiles(folder, bins, names);
    if (!source) return null;
    const others = names.filter((name) => !isBin(name) && name !== 'batches.meta.txt' && !/^(fine|coarse)_label_names\.txt$/.test(name));
    source.skipped.push(...others.map((name): SkippedItem => ({ path: name, reason: { code: 'file-not-used', params: { path: join(folder, name) } } })));
    return source;
  }
  if (depth >= maxDepth) return null;
  for (const { name, isFolder } of entries) {
    if (signal.aborted) return null;
    const below = isFolder ? await openFolder(join(folder, name), signal, depth + 1) : null;
    if (below) return below;
  }
  return null;
}

export const cifarReader: Reader = {
  async open(path, signal) {
    try {
      if ((await stat(path)).isDirectory()) return await openFolder(path, signal);
      if (!isBin(path)) return null;
      const names = (await listFolder(dirname(path))).map(({ name }) => name);
      const source = await openFiles(dirname(path), [basename(path)], names);
      return source ? { ...source, skipped: [] } : null;
    } catch (caught) {
      throw readingError(caught, path);
    }
  },

  async recognise(source: Source): Promise<Recognition> {
    if (source.kind !== 'records') throw new LabError('internal', { detail: 'no source of the CIFAR reader' });
    const images = source.layout.parts.reduce((sum, { count }) => sum + count, 0);
    return { code: 'cifar', params: { images, height: side, width: side, bytes: images * pixelBytes } };
  },
};

/**
 * The records of one part, in order; the label of CIFAR-100 is the fine one.
 * @throws LabError 'cifar-size', 'cifar-label', 'path-not-found', 'path-not-readable'
 */
export async function* cifarBlocks(root: string, layout: RecordLayout, part: RecordPart): AsyncGenerator<RecordBlock> {
  const format = layout.format as CifarFormat;
  const { classes, labelBytes } = formats[format];
  const stride = recordBytesOf(format);
  const path = join(root, part.images);
  const reader = new ByteReader(fileBytes(path, false));
  try {
    for (let done = 0; done < part.count; ) {
      const count = Math.min(blockCount(stride), part.count - done);
      const bytes = await reader.read(count * stride);
      if (bytes.length < count * stride) throw new LabError('cifar-size', { path, bytes: reader.position });
      const pixels = new Uint8Array(count * pixelBytes);
      const labels = new Int32Array(count);
      for (let i = 0; i < count; i++) {
        const at = i * stride;
        classes.forEach((below, which) => {
          const label = bytes[at + which];
          if (label >= below) throw new LabError('cifar-label', { path, record: done + i, label, classes: below });
        });
        labels[i] = bytes[at + labelBytes - 1];
        interleave(bytes, at + labelBytes, side * side, 3, pixels, i * pixelBytes);
      }
      yield { count, pixels, labels };
      done += count;
    }
    if ((await reader.read(1)).length > 0) throw new LabError('cifar-size', { path, bytes: `> ${part.count * stride}` });
  } finally {
    await reader.close();
  }
}
