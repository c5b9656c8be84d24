/** @file Packs a view of a dataset once: images turned, resized and coloured as a run wants them, in one flat file a split. */

import { readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { LabError } from '../../../preload/contract/errors';
import { viewInfo, type DatasetInfo, type PackRequest, type Split, type ViewConfig, type ViewInfo } from '../../../preload/contract/datasets';
import type { Work } from '../../../preload/contract/progress';
import { createFileAtomic, createFolderAtomic, ensureFolder, removeLeftovers, writeFileAtomic, type FileInMaking } from '../../platform/files';
import { inOrder, pacedProgress, throwIfCancelled } from '../ordered-work';
import { imagesAtOnce, viewOfFile } from '../readers/image-folder/image-file';
import { recordBlocks } from '../readers/registry';
import type { RecordLayout } from '../readers/reader';
import { inViewChannels, viewOfPixels } from '../readers/view-pixels';
import { datasetFolder, readDataset, readItems, type StoredDataset } from './dataset-folder';
import { hash32, recordHash, splitOfHash } from './holdout';
import { recordHashOf } from './record-hash';
import { labelFile, pixelFile, viewFile, viewFolder, viewKey, viewsFolder } from './view-folder';

/** Some images of one split, packed. */
interface Packed {
  split: Split;
  pixels: Uint8Array;
  labels: Int32Array;
}

const bufferedBytes = 2 ** 20;

/** Gathers small writes: an image may have a few hundred bytes. */
class BufferedFile {
  private pending: Uint8Array[] = [];
  private held = 0;
  bytes = 0;

  constructor(private readonly file: FileInMaking) {}

  async write(bytes: Uint8Array): Promise<void> {
    this.bytes += bytes.length;
    this.pending.push(bytes);
    this.held += bytes.length;
    if (this.held >= bufferedBytes) await this.flush();
  }

  private async flush(): Promise<void> {
    if (this.held === 0) return;
    await this.file.write(this.pending.length === 1 ? this.pending[0] : Buffer.concat(this.pending));
    this.pending = [];
    this.held = 0;
  }

  async commit(): Promise<void> {
    await this.flush();
    await this.file.commit();
  }

  abort(): Promise<void> {
    return this.file.abort();
  }
}

/** Errors of reading an original, once it was imported well, are about the dataset. */
export function originalError(caught: unknown, { name, reader }: DatasetInfo): unknown {
  if (!(caught instanceof LabError)) return caught;
  const path = String((caught.params as Record<string, string | number>)['path'] ?? '');
  if (caught.code === 'path-not-found') return new LabError('original-missing', { name, path }, { cause: caught });
  const isUnlikeBefore = /^(not-an-image|pickle-refused|labels-count|(image|gzip)-.*)$/.test(caught.code) || caught.code.startsWith(`${reader}-`);
  return isUnlikeBefore ? new LabError('original-changed', { name, path }, { cause: caught }) : caught;
}

async function* packImages(home: string, name: string, stored: StoredDataset, root: string, view: ViewConfig): AsyncGenerator<Packed> {
  const places = new Map(stored.info.labels.map((label, place) => [label, place]));
  yield* inOrder(readItems(home, name), imagesAtOnce, async (item): Promise<Packed> => {
    const path = join(root, ...item.path.split('/'));
    const { pixels, sha256 } = await viewOfFile(path, view);
    if (sha256 !== item.sha256) throw new LabError('original-changed', { name, path });
    const label = item.label === null ? -1 : (places.get(item.label) ?? -1);
    return { split: item.split ?? splitOfHash(hash32(sha256), stored.testBelow ?? 0), pixels, labels: Int32Array.of(label) };
  });
}

/** Runs of consecutive records that belong to one split. What comes is hashed on its way: records have no hash each. */
async function* splitRuns(name: string, stored: StoredDataset, layout: RecordLayout, root: string): AsyncGenerator<Packed & { count: number }> {
  const recordBytes = layout.height * layout.width * layout.channels;
  const testBelow = stored.testBelow ?? 0;
  const hash = recordHashOf(layout);
  for (const part of layout.parts) {
    hash.part(part);
    for await (const block of recordBlocks(root, layout, part)) {
      hash.block(block);
      const { count, pixels, labels } = block;
      if (part.split) {
        yield { split: part.split, count, pixels, labels };
        continue;
      }
      const splits = Array.from({ length: count }, (_, i) => splitOfHash(recordHash(pixels.subarray(i * recordBytes, (i + 1) * recordBytes)), testBelow));
      for (let from = 0, to = 0; from < count; from = to) {
        while (to < count && splits[to] === splits[from]) to++;
        yield { split: splits[from], count: to - from, pixels: pixels.subarray(from * recordBytes, to * recordBytes), labels: labels.subarray(from, to) };
      }
    }
  }
  if (hash.digest() !== stored.info.hash) throw new LabError('original-changed', { name, path: join(root, layout.parts[0].images) });
}

async function* packRecords(name: string, stored: StoredDataset, layout: RecordLayout, root: string, view: ViewConfig): AsyncGenerator<Packed> {
  const { height, width, channels } = layout;
  const isNative = height === view.height && width === view.width;
  if (isNative && channels !== 4) {
    for await (const { split, pixels, labels } of splitRuns(name, stored, layout, root)) yield { split, labels, pixels: inViewChannels(pixels, channels, view) as Uint8Array };
    return;
  }
  const recordBytes = height * width * channels;
  async function* single(): AsyncGenerator<Packed> {
    for await (const { split, count, pixels, labels } of splitRuns(name, stored, layout, root)) {
      for (let i = 0; i < count; i++) yield { split, pixels: pixels.subarray(i * recordBytes, (i + 1) * recordBytes), labels: labels.subarray(i, i + 1) };
    }
  }
  yield* inOrder(single(), imagesAtOnce, async ({ split, pixels, labels }) => ({ split, labels, pixels: await viewOfPixels(pixels, height, width, channels, view) }));
}

function readViewInfo(home: string, key: string): ViewInfo | null {
  try {
    return viewInfo.parse(JSON.parse(readFileSync(join(viewFolder(home, key), viewFile), 'utf8')));
  } catch {
    return null;
  }
}

/** Packing of a large dataset takes hours, not days. */
const deadAfterMs = 3 * 86_400_000;

/**
 * Packs a view unless it stands already. Memory holds two images or one block of records at a time. Progress phase: 'pack' (images).
 * @throws LabError 'dataset-not-found', 'original-missing', 'original-changed', 'cancelled', 'disk-full', and those of readers; nothing is left then
 */
export async function packView({ home, dataset, view }: PackRequest, work: Work): Promise<ViewInfo> {
  const stored = readDataset(home, dataset);
  if (!stored) throw new LabError('dataset-not-found', { name: dataset, known: '-' });
  const { info, content } = stored;
  const key = viewKey(info.hash, view);
  const standing = readViewInfo(home, key);
  if (standing) return standing;

  await ensureFolder(viewsFolder(home));
  await removeLeftovers(viewsFolder(home), deadAfterMs);
  const root = isAbsolute(stored.root) ? stored.root : join(datasetFolder(home, dataset), stored.root);
  const folder = await createFolderAtomic(viewFolder(home, key));
  const files: BufferedFile[] = [];
  const create = async (file: string): Promise<BufferedFile> => {
    const made = new BufferedFile(await createFileAtomic(join(folder.path, file)));
    files.push(made);
    return made;
  };
  try {
    const pixels = { train: await create(pixelFile('train')), test: await create(pixelFile('test')) };
    const labels = { train: await create(labelFile('train')), test: await create(labelFile('test')) };
    const splits: Record<Split, number> = { train: 0, test: 0 };
    const report = pacedProgress(work);
    const packed = content.kind === 'images' ? packImages(home, dataset, stored, root, view) : packRecords(dataset, stored, content.layout, root, view);
    for await (const each of packed) {
      throwIfCancelled(work.signal, dataset);
      await pixels[each.split].write(each.pixels);
      await labels[each.split].write(new Uint8Array(each.labels.buffer, each.labels.byteOffset, each.labels.byteLength));
      splits[each.split] += each.labels.length;
      report({ phase: 'pack', done: splits.train + splits.test, total: info.count });
    }
    report({ phase: 'pack', done: splits.train + splits.test, total: info.count }, true);
    for (const file of files) await file.commit();
    const made: ViewInfo = { key, dataset: info.hash, config: view, splits, labels: info.labels, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) };
    await writeFileAtomic(join(folder.path, viewFile), JSON.stringify(made));
    throwIfCancelled(work.signal, dataset);
    await folder.commit();
    return made;
  } catch (caught) {
    for (const file of files) await file.abort();
    await folder.abort();
    // Another process packed the same view meanwhile: it has the same bytes.
    if ((caught as NodeJS.ErrnoException).code === 'EEXIST') {
      const other = readViewInfo(home, key);
      if (other) return other;
    }
    throw originalError(caught, info);
  }
}
