/** @file A file that only one of many can make: what locks are made of. */

import { dirname, join } from 'node:path';
import { calls, close, closeQuietly, writeAll } from './file-calls';
import { codeOf, naming } from './file-errors';
import { temporaryName } from './files';

/**
 * A file that must not stand yet, appearing whole: how locks are made.
 * @throws an error with code EEXIST; LabError as `createFileAtomic`
 */
export async function createFileExclusive(path: string, content: Uint8Array | string): Promise<void> {
  const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
  const temporary = join(dirname(path), temporaryName());
  const writeNew = async (at: string): Promise<void> => {
    const handle = await calls.open(at, 'wx');
    try {
      await writeAll(handle, bytes);
      await calls.fsync(handle);
    } catch (caught) {
      await closeQuietly(handle);
      throw caught;
    }
    await close(handle);
  };
  await naming(path, async () => {
    try {
      // Who holds the lock tidies its folder, and may take this file for a leftover.
      for (let attempt = 1; ; attempt++) {
        await writeNew(temporary);
        try {
          await calls.link(temporary, path);
          return;
        } catch (caught) {
          if (codeOf(caught) !== 'ENOENT' || attempt === 10) throw caught;
        }
      }
    } catch (caught) {
      // FAT and some network file systems know no hard links.
      if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EINVAL'].includes(codeOf(caught))) throw caught;
      await writeNew(path);
    } finally {
      await calls.rm(temporary).catch(() => {});
    }
  });
}
