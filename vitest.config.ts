/** @file Tests beside the code they test (`*.test.ts`); flows across processes in e2e/. */

import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';
import { ReasonsReporter } from './e2e/harness/reporter.ts';
import { vulkanEnvironment } from './e2e/harness/vulkan.ts';

export default defineConfig({
  resolve: {
    alias: [
      { find: /^electron$/, replacement: resolve(import.meta.dirname, 'e2e/harness/electron-stand-in.ts') },
      // One copy of tfjs: its gradients register in dist/, which the package's CommonJS entry does not read.
      { find: /^@tensorflow\/tfjs-(core|backend-cpu)$/, replacement: resolve(import.meta.dirname, 'node_modules/@tensorflow/tfjs-$1/dist/index.js') },
    ],
  },
  test: {
    include: ['main/**/*.test.ts', 'preload/**/*.test.ts', 'renderer/**/*.test.ts', 'e2e/**/*.test.ts', 'scripts/**/*.test.ts'],
    env: vulkanEnvironment(),
    reporters: ['default', ['json', { outputFile: 'out/tests.json' }], new ReasonsReporter()],
    server: { deps: { inline: [/@tensorflow/] } },
    pool: 'forks',
    maxWorkers: 2,
    // On a machine that others load, a browser may miss a moment once: the report names each test that needed its second try.
    retry: process.env['CI'] ? 1 : 0,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
