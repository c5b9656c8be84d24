/** @file Files that a packaged application keeps outside its archive: native code finds them only there. */

import { existsSync } from 'node:fs';

/** `path`, or where it stands beside the archive that it leads into. */
export function unpacked(path: string, exists: (path: string) => boolean = existsSync): string {
  const beside = path.replace(/app\.asar(?=[\\/])/, 'app.asar.unpacked');
  return beside !== path && exists(beside) ? beside : path;
}
