/** @file Bundles a benchmark and runs it: `node bench/run.mjs NAME [arguments]`; without a name, all of them (bench/all.ts). */

import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'vite';

const root = resolve(import.meta.dirname, '..');
const [name = 'all', ...args] = process.argv.slice(2);
const outDir = resolve(root, 'out', 'bench');

await build({
  root,
  configFile: false,
  logLevel: 'error',
  build: { ssr: true, outDir, emptyOutDir: false, minify: false, rollupOptions: { input: { [name]: resolve(root, 'bench', `${name}.ts`) }, output: { format: 'es', entryFileNames: '[name].mjs' } } },
  ssr: { noExternal: [/^@tensorflow\//] },
});
const { main } = await import(pathToFileURL(resolve(outDir, `${name}.mjs`)).href);
await main(args);
