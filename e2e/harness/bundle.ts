/** @file Bundles entries for tests that need real child processes or worker threads running our TypeScript. */

import { mkdtemp, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build } from 'vite';

const root = join(import.meta.dirname, '..', '..');

/** Builds each source into one folder under node_modules (packages resolve from there). `entries`: name -> path from the root of the project.
 *  -> the path of each built file, and the removal of all. */
export async function bundleEntries<Name extends string>(
  entries: Record<Name, string>,
): Promise<{ paths: Record<Name, string>; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(root, 'node_modules', '.genoise-test-'));
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    build: {
      ssr: true,
      outDir: folder,
      emptyOutDir: false,
      minify: false,
      rollupOptions: {
        input: Object.fromEntries(Object.entries<string>(entries).map(([name, path]) => [name, join(root, path)])),
        output: { format: 'es', entryFileNames: '[name].mjs', chunkFileNames: `${basename(folder)}-[name]-[hash].mjs` },
      },
    },
  });
  const names = Object.keys(entries) as Name[];
  return {
    paths: Object.fromEntries(names.map((name) => [name, join(folder, `${name}.mjs`)])) as Record<Name, string>,
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
