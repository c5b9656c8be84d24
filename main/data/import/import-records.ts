/** @file Import of records of one size: every byte read once for its hash and its faults, then the files copied as they are. */

import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { SkippedItem, Split } from '../../../preload/contract/datasets';
import type { Work } from '../../../preload/contract/progress';
import { copyFile, ensureFolder } from '../../platform/files';
import { originalsFolder } from '../catalog/dataset-folder';
import { recordHash, splitOfHash, testThreshold } from '../catalog/holdout';
import { recordHashOf } from '../catalog/record-hash';
import { pacedProgress, throwIfCancelled } from '../ordered-work';
import type { RecordSource } from '../readers/reader';
import { readerOfFormat, recordBlocks } from '../readers/registry';
import type { Imported, Originals } from './import';


/**
 * `facts` is null when the files hold no record.
 * @throws LabError 'cancelled', 'disk-full', 'path-not-writable', and those of the format's reader
 */
export async function importRecords(source: RecordSource, originals: Originals, work: Work): Promise<Imported | { skipped: SkippedItem[]; facts: null }> {
  const { layout, root, skipped } = source;
  const { height, width, channels, labels, parts } = layout;
  const recordBytes = height * width * channels;
  const count = parts.reduce((sum, part) => sum + part.count, 0);
  if (count === 0) return { skipped, facts: null };
  const hasSplits = parts.every(({ split }) => split !== null);
  const report = pacedProgress(work);
  const hash = recordHashOf(layout);
  const hashes: number[] = [];
  const splits: Record<Split, number> = { train: 0, test: 0 };
  let done = 0;
  for (const part of parts) {
    hash.part(part);
    for await (const block of recordBlocks(root, layout, part)) {
      throwIfCancelled(work.signal, root);
      hash.block(block);
      if (part.split) splits[part.split] += block.count;
      else for (let i = 0; i < block.count; i++) hashes.push(recordHash(block.pixels.subarray(i * recordBytes, (i + 1) * recordBytes)));
      done += block.count;
      report({ phase: 'read', done, total: count });
    }
  }
  report({ phase: 'read', done, total: count }, true);

  const files = [...new Set(parts.flatMap(({ images, labelFile }) => (labelFile === null ? [images] : [images, labelFile])))];
  let bytes = 0;
  for (const path of files) {
    throwIfCancelled(work.signal, root);
    bytes += (await stat(join(root, path))).size;
    if (!originals.copies) continue;
    const target = join(originals.folder, originalsFolder, ...path.split('/'));
    await ensureFolder(dirname(target));
    await copyFile(join(root, path), target);
  }

  const testBelow = hasSplits ? null : testThreshold(hashes);
  if (testBelow !== null) for (const each of hashes) splits[splitOfHash(each, testBelow)]++;
  const size: [number, number] = [height, width];
  return {
    facts: {
      hash: hash.digest(),
      reader: readerOfFormat(layout.format),
      count,
      labels,
      splits,
      sizes: { min: size, max: size, common: size },
      channels,
      bytes,
    },
    skipped,
    testBelow,
    content: { kind: 'records', layout },
  };
}
