/** @file Files of the lab's own machine that came together, copied into one upload: from there on as if a page had sent them. */

import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { LabError } from '../../preload/contract/errors';
import type { Uploads } from './uploads';

/** -> the upload's id. @throws LabError 'path-not-found', 'path-not-readable' (a folder, too), 'upload-collision', 'upload-fills-disk', 'disk-full' */
export async function gather(uploads: Uploads, paths: readonly string[]): Promise<string> {
  const id = await uploads.begin();
  try {
    for (const path of paths) {
      const found = await stat(path).catch((caught: NodeJS.ErrnoException) => {
        if (caught.code === 'ENOENT') throw new LabError('path-not-found', { path }, { cause: caught });
        throw new LabError('path-not-readable', { path, reason: caught.code ?? caught.message }, { cause: caught });
      });
      if (!found.isFile()) throw new LabError('path-not-readable', { path, reason: 'EISDIR' });
      await uploads.receive(id, basename(path), createReadStream(path), found.size);
    }
    return id;
  } catch (caught) {
    await uploads.discard(id);
    throw caught;
  }
}
