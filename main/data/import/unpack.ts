/** @file Unpacks an archive into quarantine, entry by entry, under path rules and quotas on the bytes that really come out. */

import { dirname, join } from 'node:path';
import { LabError } from '../../../preload/contract/errors';
import type { SkippedItem } from '../../../preload/contract/datasets';
import type { Work } from '../../../preload/contract/progress';
import { ensureFolder, openAppend, removeTree } from '../../platform/files';
import { freeBytes } from '../../platform/free-space';
import { pacedProgress, throwIfCancelled } from '../ordered-work';
import { maxEntries, type ArchiveEntry } from '../readers/archive/entry';
import { tarEntries } from '../readers/archive/tar';
import { zipEntries, zipSummary } from '../readers/archive/zip';
import type { ArchiveKind } from './archive-kind';
import { entryPath, TakenPaths } from './entry-path';

export interface Quotas {
  /** Bytes out for a byte in. */
  ratio: number;
  entryBytes: number;
  /** Of the disk, left alone. */
  spareBytes: number;
}

export const quotas: Quotas = { ratio: 1000, entryBytes: 2 ** 32, spareBytes: 2 ** 28 };

/** Below this a ratio says nothing. */
const ratioFromBytes = 2 ** 20;

/**
 * Files land below `folder` under their own paths. Entries that break a rule are listed, an archive that breaks a quota is refused.
 * @throws LabError 'archive-damaged', 'archive-overlap', 'archive-ratio', 'archive-entry-too-large', 'archive-fills-disk',
 * 'archive-too-many-entries', 'cancelled', 'disk-full'
 */
export async function unpack(archive: string, kind: ArchiveKind, folder: string, work: Work, limits: Quotas = quotas): Promise<SkippedItem[]> {
  const total = kind === 'zip' ? (await zipSummary(archive)).entries : 0;
  const meter = { consumed: 0, produced: 0 };
  const entries = kind === 'zip' ? zipEntries(archive) : tarEntries(archive, kind === 'tar.gz', meter);
  const free = Math.max(0, (await freeBytes(folder)) - limits.spareBytes);
  const taken = new TakenPaths();
  const report = pacedProgress(work);
  const skipped: SkippedItem[] = [];
  let done = 0;
  let written = 0;

  const content = async (entry: ArchiveEntry, take: (chunk: Buffer) => Promise<void>): Promise<void> => {
    let bytes = 0;
    for await (const chunk of entry.open()) {
      throwIfCancelled(work.signal, archive);
      bytes += chunk.length;
      const { consumed, produced } = kind === 'tar.gz' ? meter : { consumed: entry.consumed(), produced: bytes };
      if (consumed > 0 && produced > ratioFromBytes && produced > consumed * limits.ratio) {
        throw new LabError('archive-ratio', { path: archive, entry: entry.path, limit: limits.ratio });
      }
      if (bytes > limits.entryBytes) throw new LabError('archive-entry-too-large', { path: archive, entry: entry.path, limit: limits.entryBytes });
      await take(chunk);
      report({ phase: 'unpack', done, total, bytes: written });
    }
  };

  const writeEntry = async (entry: ArchiveEntry, target: string): Promise<void> => {
    await ensureFolder(dirname(target));
    const file = await openAppend(target);
    try {
      await content(entry, async (chunk) => {
        written += chunk.length;
        if (written > free) throw new LabError('archive-fills-disk', { path: archive, free });
        await file.append(chunk);
      });
    } finally {
      await file.close();
    }
  };

  for await (const entry of entries) {
    throwIfCancelled(work.signal, archive);
    if (++done > maxEntries) throw new LabError('archive-too-many-entries', { path: archive, limit: maxEntries });
    const place = placeOf(entry, taken);
    if (place instanceof LabError) {
      skipped.push({ path: entry.path, reason: place.toJSON() });
      // A tar has to be read past what is left out, and that is metered as well.
      if (kind !== 'zip') await content(entry, async () => undefined);
    } else if (entry.kind === 'file') {
      const target = join(folder, ...place.path.split('/'));
      try {
        await writeEntry(entry, target);
      } catch (caught) {
        if (!(caught instanceof LabError) || caught.code !== 'entry-damaged') throw caught;
        await removeTree(target);
        skipped.push({ path: entry.path, reason: caught.toJSON() });
      }
    }
  }
  report({ phase: 'unpack', done, total: done, bytes: written }, true);
  return skipped;
}

/** Where an entry goes, or why it goes nowhere. */
function placeOf(entry: ArchiveEntry, taken: TakenPaths): { path: string } | LabError {
  const { path, kind, refusal } = entry;
  const place = entryPath(path);
  if ('rule' in place) {
    // The root itself, spelled './', is no entry of its own.
    if (place.rule === 'empty' && kind === 'folder') return { path: '' };
    return new LabError('entry-path-refused', { path, rule: place.rule });
  }
  if (kind !== 'file' && kind !== 'folder') return new LabError('entry-kind-refused', { path, kind });
  if (refusal === 'encrypted') return new LabError('entry-encrypted', { path });
  if (refusal) return new LabError('entry-method', { path, method: refusal.method });
  const other = taken.take(place.path, kind === 'folder');
  return other === null ? place : new LabError('entry-collision', { path, other });
}
