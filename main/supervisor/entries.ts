/** @file Where the built entries of processes and threads stand. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';

export type ProcessEntry = 'importer' | 'trainer' | 'inference' | 'exporter';
export type ThreadEntry = 'trainer-worker' | 'inference-worker';

/** The built file of an entry: beside the running bundle, above it if that is a shared chunk; in the build folder when run from source. */
export function entryPath(entry: ProcessEntry | ThreadEntry): string {
  const here = import.meta.dirname;
  const places = [here, join(here, '..'), join(here, '..', '..', 'out', 'main')];
  return join(places.find((place) => existsSync(join(place, `${entry}.js`))) ?? here, `${entry}.js`);
}
