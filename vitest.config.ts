/** @file Tests beside the code they test (`*.test.ts`); flows across processes in e2e/. */

import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';
import { ReasonsReporter } from './e2e/harness/reporter.ts';
import { vulkanEnvironment } from './e2e/harness/vulkan.ts';

export default defineConfig({
  resolve: { alias: { electron: resolve(import.meta.dirname, 'e2e/harness/electron-stand-in.ts') } },
  test: {
    include: ['main/**/*.test.ts', 'preload/**/*.test.ts', 'renderer/**/*.test.ts', 'e2e/**/*.test.ts', 'scripts/**/*.test.ts'],
    env: vulkanEnvironment(),
    reporters: ['default', ['json', { outputFile: 'out/tests.json' }], new ReasonsReporter()],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
