/** @file Whether a path is an archive, by its first bytes. */

import { stat } from 'node:fs/promises';
import { readingError } from '../readers/reading';
import { kindOfFile } from '../readers/signatures';

export type ArchiveKind = 'zip' | 'tar' | 'tar.gz';

const archiveKinds: ReadonlySet<string> = new Set<ArchiveKind>(['zip', 'tar', 'tar.gz']);

/** -> the kind of archive at `path`, null where it is none. @throws LabError 'path-not-found', 'path-not-readable' */
export async function archiveKindOf(path: string): Promise<ArchiveKind | null> {
  const found = await stat(path).catch((caught: unknown) => {
    throw readingError(caught, path);
  });
  const kind = found.isFile() ? await kindOfFile(path) : null;
  return kind !== null && archiveKinds.has(kind) ? (kind as ArchiveKind) : null;
}
