/** @file The build: main's entries (window, terminal and the processes that work), the sandboxed preload, and the renderer. */

import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';
import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const entry = (path: string) => resolve(import.meta.dirname, path);

/** Of what turns IR into ONNX: compiled steps that are kept on the disk are those of this code (main/trainer/step-cache.ts). */
function loweringHash(): string {
  const hash = createHash('sha256');
  for (const path of globSync('main/compiler/{emit,lower,ops,ir}/**/*.ts', { cwd: import.meta.dirname }).filter((name) => !name.endsWith('.test.ts')).toSorted()) hash.update(readFileSync(entry(path)));
  return hash.digest('hex');
}

export default defineConfig({
  main: {
    define: { __LOWERING_HASH__: JSON.stringify(loweringHash()) },
    build: {
      rollupOptions: {
        input: {
          index: entry('main/index.ts'),
          cli: entry('main/cli.ts'),
          importer: entry('main/importer/index.ts'),
          trainer: entry('main/trainer/index.ts'),
          'trainer-worker': entry('main/trainer/worker.ts'),
          inference: entry('main/inference/index.ts'),
          exporter: entry('main/lab/exporting/process.ts'),
          'inference-worker': entry('main/inference/worker.ts'),
        },
        external: [/^@tensorflow\/tfjs-node-gpu/],
      },
    },
  },
  preload: {
    build: {
      // A sandboxed preload can load neither ESM nor packages: one CommonJS file with zod inside.
      externalizeDeps: false,
      rollupOptions: {
        input: { index: entry('preload/index.ts') },
        external: ['electron'],
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'renderer',
    plugins: [react()],
    // The page's policy allows fonts from the page's own address alone: nothing is put into styles as data.
    build: { assetsInlineLimit: 0, rollupOptions: { input: { index: entry('renderer/index.html') } } },
  },
});
