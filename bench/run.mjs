/** @file Bundles a benchmark or a script and runs it: `node bench/run.mjs NAME [arguments]`, bench/NAME.ts or a path from the root; without such a name, bench/all.ts with all arguments. */

import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'vite';

const root = resolve(import.meta.dirname, '..');
// The name of a file here or a path; anything else is for bench/all.ts, which knows the cases.
const [first = '', ...rest] = process.argv.slice(2);
const isFile = first.includes('/') || (first !== '' && existsSync(resolve(root, 'bench', `${first}.ts`)));
const [wanted, args] = isFile ? [first, rest] : ['all', process.argv.slice(2)];
const source = resolve(root, wanted.includes('/') ? `${wanted}.ts` : `bench/${wanted}.ts`);
const name = basename(wanted);
const outDir = resolve(root, 'out', 'bench');

await build({
  root,
  configFile: false,
  logLevel: 'error',
  build: { ssr: true, outDir, emptyOutDir: false, minify: false, rollupOptions: { input: { [name]: source }, output: { format: 'es', entryFileNames: '[name].mjs' } } },
  ssr: { noExternal: [/^@tensorflow\//] },
});
const { main } = await import(pathToFileURL(resolve(outDir, `${name}.mjs`)).href);
await main(args);
