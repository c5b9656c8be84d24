/** @file A few images of what stands at a path, shown before anything of it is kept. Of an archive some entries are unpacked in quarantine. */

import { dirname, join, resolve } from 'node:path';
import { LabError } from '../../../preload/contract/errors';
import { defaultView, type ViewConfig } from '../../../preload/contract/datasets';
import type { SourceImages } from '../../../preload/contract/dataset-images';
import type { Work } from '../../../preload/contract/progress';
import { ensureFolder, openAppend } from '../../platform/files';
import { throwIfCancelled } from '../ordered-work';
import type { ArchiveEntry } from '../readers/archive/entry';
import { tarEntries } from '../readers/archive/tar';
import { zipEntries, zipSummary } from '../readers/archive/zip';
import { imageFacts, viewOfFile } from '../readers/image-folder/image-file';
import { hasImageEnding } from '../readers/image-folder/layout';
import type { ImageSource, RecordSource } from '../readers/reader';
import { openSource, recordBlocks } from '../readers/registry';
import { viewOfPixels } from '../readers/view-pixels';
import { archiveKindOf, type ArchiveKind } from './archive-kind';
import { entryPath } from './entry-path';
import { inQuarantine } from './quarantine';

/** Files of a folder among which the images are chosen. */
const mostLookedAt = 20_000;
/** Of an entry of an archive, and of a tar before it is given up: a look must be quick. */
const mostEntryBytes = 2 ** 25;
const mostTarBytes = 2 ** 27;

/** `count` of `items`, evenly spaced. */
export const spread = <T>(items: readonly T[], count: number): T[] =>
  items.length <= count ? [...items] : Array.from({ length: count }, (_, i) => items[Math.floor((i * items.length) / count)]);

/**
 * -> null where the path holds nothing that can be shown without being read whole.
 * @throws LabError as `recognise`, 'cancelled'; images that can't be decoded are left out
 */
export async function readSourceImages({ home, path, count }: { home: string; path: string; count: number }, work: Work): Promise<SourceImages> {
  const at = resolve(path);
  const archive = await archiveKindOf(at);
  if (!archive) return imagesOf(at, count, work);
  return inQuarantine(home, async (folder) => {
    const unpacked = join(folder, 'look');
    const written = await unpackSome(at, archive, unpacked, count, work);
    return written > 0 ? imagesOf(unpacked, count, work) : null;
  });
}

async function imagesOf(path: string, count: number, work: Work): Promise<SourceImages> {
  const { source } = await openSource(path, work.signal);
  return source.kind === 'images' ? imagesOfFiles(source, count, work) : imagesOfRecords(source, count);
}

async function imagesOfFiles(source: ImageSource, count: number, work: Work): Promise<SourceImages> {
  const found: { path: string; label: string | null }[] = [];
  for await (const each of source.images()) {
    throwIfCancelled(work.signal, source.root);
    if (each.kind === 'image') found.push(each);
    if (found.length >= mostLookedAt) break;
  }
  const chosen: { path: string; label: string | null; height: number; width: number; channels: 1 | 3 | 4 }[] = [];
  for (const { path, label } of spread(found, count)) {
    throwIfCancelled(work.signal, source.root);
    const at = join(source.root, ...path.split('/'));
    const facts = await imageFacts(at).catch(leftOut);
    if (facts) chosen.push({ path: at, label, ...facts });
  }
  if (chosen.length === 0) return null;
  const heights = chosen.map(({ height }) => height);
  const widths = chosen.map(({ width }) => width);
  const min: [number, number] = [Math.min(...heights), Math.min(...widths)];
  const max: [number, number] = [Math.max(...heights), Math.max(...widths)];
  const common = min[0] === max[0] && min[1] === max[1] ? min : null;
  const channels = Math.max(...chosen.map((each) => each.channels)) as 1 | 3 | 4;
  const view = defaultView({ sizes: { min, max, common }, channels });
  const pixels: Uint8Array[] = [];
  for (const { path } of chosen) pixels.push((await viewOfFile(path, view)).pixels);
  return answer(view, pixels, chosen.map(({ label }) => label));
}

/** An image that can't be read is none to be shown; the import says why. */
function leftOut(caught: unknown): null {
  if (caught instanceof LabError && caught.code !== 'cancelled') return null;
  throw caught;
}

async function imagesOfRecords({ root, layout }: RecordSource, count: number): Promise<SourceImages> {
  const { height, width, channels, labels } = layout;
  const size: [number, number] = [height, width];
  const view = defaultView({ sizes: { min: size, max: size, common: size }, channels });
  const recordBytes = height * width * channels;
  const part = layout.parts.find((each) => each.count > 0);
  if (!part) return null;
  for await (const block of recordBlocks(root, layout, part)) {
    const chosen = spread(Array.from({ length: block.count }, (_, i) => i), count);
    const pixels: Uint8Array[] = [];
    for (const i of chosen) pixels.push(await viewOfPixels(block.pixels.subarray(i * recordBytes, (i + 1) * recordBytes), height, width, channels, view));
    return answer(view, pixels, chosen.map((i) => labels[block.labels[i]] ?? null));
  }
  return null;
}

function answer(view: ViewConfig, pixels: readonly Uint8Array[], labels: (string | null)[]): SourceImages {
  return { view, images: new Uint8Array(Buffer.concat(pixels)), count: pixels.length, labels };
}

/** Writes up to `count` images of an archive below `folder`, evenly spaced over a zip, the first of a tar. -> how many */
async function unpackSome(archive: string, kind: ArchiveKind, folder: string, count: number, work: Work): Promise<number> {
  await ensureFolder(folder);
  const isImage = (name: string): boolean => hasImageEnding(name) && 'path' in entryPath(name);
  const chosen = kind === 'zip' ? new Set(spread((await zipSummary(archive)).names.filter(isImage), count)) : null;
  const meter = { consumed: 0, produced: 0 };
  let written = 0;
  for await (const entry of kind === 'zip' ? zipEntries(archive) : tarEntries(archive, kind === 'tar.gz', meter)) {
    throwIfCancelled(work.signal, archive);
    if (written >= count || meter.produced > mostTarBytes) break;
    const place = entryPath(entry.path);
    const wanted = 'path' in place && entry.kind === 'file' && entry.refusal === null && (chosen ? chosen.delete(entry.path) : isImage(entry.path));
    if (wanted && (await unpackOne(entry, join(folder, ...place.path.split('/')), work))) written++;
  }
  return written;
}

/** Whole, or not at all. */
async function unpackOne(entry: ArchiveEntry, target: string, work: Work): Promise<boolean> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of entry.open()) {
      throwIfCancelled(work.signal, entry.path);
      bytes += chunk.length;
      if (bytes > mostEntryBytes) break;
      chunks.push(chunk);
    }
  } catch (caught) {
    if (caught instanceof LabError && caught.code === 'entry-damaged') return false;
    throw caught;
  }
  if (bytes > mostEntryBytes) return false;
  await ensureFolder(dirname(target));
  const file = await openAppend(target);
  try {
    await file.append(Buffer.concat(chunks));
  } finally {
    await file.close();
  }
  return true;
}
