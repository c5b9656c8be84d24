/** @file How much may still be written. */

import fs from 'node:fs/promises';
import { dirname } from 'node:path';
import { codeOf, worded } from './file-errors';

/** Bytes that this user can still write on the file system of `path`, which need not stand yet. */
export async function freeBytes(path: string): Promise<number> {
  for (let at = path; ; at = dirname(at)) {
    try {
      const { bavail, bsize } = await fs.statfs(at);
      return bavail * bsize;
    } catch (caught) {
      if (codeOf(caught) !== 'ENOENT' || dirname(at) === at) throw worded(caught, at);
    }
  }
}
