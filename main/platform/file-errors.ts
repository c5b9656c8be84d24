/** @file What a failed file call means to a user. */

import { LabError } from '../../preload/contract/errors';

export const codeOf = (caught: unknown): string => (caught as NodeJS.ErrnoException | undefined)?.code ?? '';

/** What a failed file call means to a user; codes that callers act on (EEXIST, ENOENT) stay as they are. */
export function worded(caught: unknown, path: string): unknown {
  switch (codeOf(caught)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new LabError('disk-full', { path }, { cause: caught });
    case 'EACCES':
    case 'EROFS':
    case 'EPERM':
      return new LabError('path-not-writable', { path, reason: codeOf(caught) }, { cause: caught });
    case 'EIO':
    case 'EMFILE':
    case 'ENFILE':
    case 'EBUSY':
    case 'EFBIG':
    case 'ENAMETOOLONG':
      return new LabError('file-call-failed', { path, reason: codeOf(caught) }, { cause: caught });
    default:
      return caught;
  }
}

/** Errors of `work` in words that name `path`. */
export async function naming<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (caught) {
    throw worded(caught, path);
  }
}
