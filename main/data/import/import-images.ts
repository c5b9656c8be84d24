/** @file Import of image files: each decoded once, what can't be is listed, originals copied as they come. */

import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { LabError } from '../../../preload/contract/errors';
import type { DatasetInfo, SkippedItem, Split } from '../../../preload/contract/datasets';
import type { Work } from '../../../preload/contract/progress';
import { copyFile, ensureFolder } from '../../platform/files';
import { createItemIndex, originalsFolder, type DatasetItem } from '../catalog/dataset-folder';
import { hash32, splitOfHash, testThreshold } from '../catalog/holdout';
import { inOrder, pacedProgress, throwIfCancelled } from '../ordered-work';
import { imageFacts, imagesAtOnce, type ImageFacts } from '../readers/image-folder/image-file';
import { naturalOrder } from '../readers/natural-order';
import type { FoundImage, ImageSource } from '../readers/reader';
import type { Imported, Originals } from './import';

type Read = { item: DatasetItem; facts: ImageFacts } | { skipped: SkippedItem };

/** Reasons to leave an item out; any other error ends the import. */
const leavesOut: ReadonlySet<string> = new Set(['not-an-image', 'pickle-refused', 'image-unreadable', 'image-too-large', 'path-not-found', 'path-not-readable']);

/**
 * `facts` is null when no image could be read.
 * @throws LabError 'cancelled', 'disk-full', 'path-not-writable'
 */
export async function importImages(source: ImageSource, originals: Originals, work: Work): Promise<Imported | { skipped: SkippedItem[]; facts: null }> {
  const made = new Map<string, Promise<void>>();
  const keep = async (path: string): Promise<void> => {
    if (!originals.copies) return;
    const target = join(originals.folder, originalsFolder, ...path.split('/'));
    const folder = dirname(target);
    if (!made.has(folder)) made.set(folder, ensureFolder(folder));
    await made.get(folder);
    await copyFile(join(source.root, path), target);
  };

  const read = async (found: FoundImage): Promise<Read> => {
    if (found.kind === 'skipped') return { skipped: found.item };
    throwIfCancelled(work.signal, source.root);
    const { path, label, split } = found;
    try {
      const facts = await imageFacts(join(source.root, path));
      await keep(path);
      const { width, height, sha256 } = facts;
      return { item: { path, label, split, width, height, sha256 }, facts };
    } catch (caught) {
      if (!(caught instanceof LabError) || !leavesOut.has(caught.code)) throw caught;
      return { skipped: { path, reason: caught.toJSON() } };
    }
  };

  const index = await createItemIndex(originals.folder);
  const report = pacedProgress(work);
  const skipped: SkippedItem[] = [];
  const hash = createHash('sha256');
  const hashes: number[] = [];
  const labels = new Set<string>();
  const splits: Record<Split, number> = { train: 0, test: 0 };
  const min: [number, number] = [Infinity, Infinity];
  const max: [number, number] = [0, 0];
  let channels: DatasetInfo['channels'] = 1;
  let bytes = 0;
  let done = 0;
  let hasSplits = false;
  try {
    for await (const result of inOrder(source.images(), imagesAtOnce, read)) {
      report({ phase: 'read', done: ++done, total: source.expected });
      if ('skipped' in result) {
        skipped.push(result.skipped);
        continue;
      }
      const { item, facts } = result;
      await index.add(item);
      hash.update(`${JSON.stringify([item.path, item.label, item.split, item.sha256])}\n`);
      hashes.push(hash32(item.sha256));
      if (item.label !== null) labels.add(item.label);
      if (item.split) {
        splits[item.split]++;
        hasSplits = true;
      }
      [facts.height, facts.width].forEach((side, axis) => {
        min[axis] = Math.min(min[axis], side);
        max[axis] = Math.max(max[axis], side);
      });
      channels = Math.max(channels, facts.channels) as DatasetInfo['channels'];
      bytes += facts.bytes;
    }
    throwIfCancelled(work.signal, source.root);
    await index.commit();
  } catch (caught) {
    await index.abort();
    throw caught;
  }
  report({ phase: 'read', done, total: done }, true);
  if (hashes.length === 0) return { skipped, facts: null };

  const testBelow = hasSplits ? null : testThreshold(hashes);
  if (testBelow !== null) for (const each of hashes) splits[splitOfHash(each, testBelow)]++;
  return {
    facts: {
      hash: hash.digest('hex'),
      reader: source.reader,
      count: hashes.length,
      labels: [...labels].sort(naturalOrder),
      splits,
      sizes: { min, max, common: min[0] === max[0] && min[1] === max[1] ? min : null },
      channels,
      bytes,
    },
    skipped,
    testBelow,
    content: { kind: 'images' },
  };
}
