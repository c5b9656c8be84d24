/** @file The layer rules really read the TypeScript of the project, and each of them fails on a planted violation. */

import { cruise, type ICruiseResult, type IConfiguration } from 'dependency-cruiser';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const config = createRequire(import.meta.url)(join(root, '.dependency-cruiser.cjs')) as Required<IConfiguration>;

/** For each rule, a file that breaks it: path and source. Targets exist beside (`allowed`). */
const violations: Record<string, [path: string, source: string]> = {
  'contract-is-a-leaf': ['preload/contract/broken.ts', "import 'node:fs';"],
  'preload-sees-the-contract': ['preload/index.ts', "import { clock } from '../main/platform/clock'; clock;"],
  'renderer-sees-the-contract': ['renderer/app/broken.tsx', "import { clock } from '../../main/platform/clock'; clock;"],
  'renderer-has-no-node': ['renderer/app/node.ts', "import { readFileSync } from 'node:fs'; readFileSync;"],
  'panels-know-no-panels': ['renderer/panels/one/view.tsx', "import { other } from '../two/view'; other;"],
  'electron-in-its-place': ['main/lab/window.ts', "import { app } from 'electron'; app;"],
  'native-engines-in-runtime': ['main/inference/session.ts', "import { InferenceSession } from 'onnxruntime-node'; InferenceSession;"],
  'methods-read-like-papers': ['main/methods/vae/files.ts', "import { readFileSync } from 'node:fs'; readFileSync;"],
  'methods-know-no-methods': ['main/methods/vae/vae.ts', "import { ddpm } from '../ddpm/ddpm'; ddpm;"],
  'nn-is-shared-mathematics': ['main/nn/broken.ts', "import { clock } from '../platform/clock'; clock;"],
  'compiler-is-pure': ['main/compiler/emit/files.ts', "import { writeFileSync } from 'node:fs'; writeFileSync;"],
  'runtime-knows-devices-only': ['main/runtime/broken.ts', "import { vae } from '../methods/ddpm/ddpm'; vae;"],
  'platform-is-a-leaf': ['main/platform/broken.ts', "import { runs } from '../runs/runs'; runs;"],
  'readers-only-read': ['main/data/readers/idx/reader.ts', "import { catalog } from '../../catalog/catalog'; catalog;"],
  'data-goes-one-way': ['main/data/batches/broken.ts', "import { runs } from '../../runs/runs'; runs;"],
  'catalog-knows-no-import': ['main/data/catalog/broken.ts', "import { imports } from '../import/imports'; imports;"],
  'analysis-reads': ['main/analysis/broken.ts', "import { draw } from '../exports/draw'; draw;"],
  'exports-draw': ['main/exports/broken.ts', "import { runs } from '../runs/runs'; runs;"],
  'runs-know-no-work': ['main/runs/broken.ts', "import { draw } from '../exports/draw'; draw;"],
  'supervisor-knows-no-work': ['main/supervisor/broken.ts', "import { runs } from '../runs/runs'; runs;"],
  'sampling-is-shared-work': ['main/sampling/broken.ts', "import { runs } from '../runs/runs'; runs;"],
  'processes-know-no-host': ['main/trainer/broken.ts', "import { lab } from '../lab/lab'; lab;"],
  'lab-knows-no-host': ['main/lab/broken.ts', "import { command } from '../cli/command'; command;"],
  'nothing-below-knows-the-lab': ['main/supervisor/lab.ts', "import { lab } from '../lab/lab'; lab;"],
  'hosts-call-the-lab': ['main/cli/broken.ts', "import { runs } from '../runs/runs'; runs;"],
  'start-knows-programs-only': ['main/start/broken.ts', "import { lab } from '../lab/lab'; lab;"],
  'writers-of-files': ['main/lab/files.ts', "import { files } from '../platform/files'; files;"],
  'main-knows-no-page': ['main/electron/broken.ts', "import { other } from '../../renderer/panels/two/view'; other;"],
  'product-knows-no-tests': ['main/lab/tests.ts', "import { flow } from '../../e2e/flow'; flow;"],
  'no-cycles': ['main/lab/cycle-a.ts', "import { b } from './cycle-b'; export const a = () => b;"],
  resolves: ['main/lab/nowhere.ts', "import { gone } from './gone'; gone;"],
};

const allowed: Record<string, string> = {
  'tsconfig.json': '{ "compilerOptions": { "module": "ESNext", "moduleResolution": "bundler" } }',
  'main/platform/clock.ts': 'export const clock = 1;',
  'main/platform/files.ts': "import 'node:fs'; export const files = 1;",
  'main/runs/runs.ts': "import { files } from '../platform/files'; export const runs = files;",
  'main/exports/draw.ts': 'export const draw = 1;',
  'main/data/catalog/catalog.ts': "import { files } from '../../platform/files'; export const catalog = files;",
  'main/data/import/imports.ts': 'export const imports = 1;',
  'main/methods/ddpm/ddpm.ts': "import { z } from 'zod'; import type { Method } from '../method'; export const ddpm: Method = z;",
  'main/methods/method.ts': 'export type Method = unknown;',
  'main/lab/lab.ts': "import { runs } from '../runs/runs'; export const lab = runs;",
  'main/lab/cycle-b.ts': "import { a } from './cycle-a'; export const b = () => a;",
  'main/cli/command.ts': "import { lab } from '../lab/lab'; export const command = lab;",
  'main/electron/window.ts': "import { app } from 'electron'; export const window = app;",
  'main/runtime/session.ts': "import { InferenceSession } from 'onnxruntime-node'; export const session = InferenceSession;",
  'renderer/panels/two/view.tsx': "import { progress } from '../../../preload/contract/progress'; export const other = progress;",
  'preload/contract/progress.ts': "import { z } from 'zod'; export const progress = z;",
  'e2e/flow.ts': 'export const flow = 1;',
};

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'genoise-layers-')));
const plant = (path: string, source: string) => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), source);
};

async function crossings(baseDir: string, folders: string[]) {
  const { output } = await cruise(folders, {
    ...config.options,
    baseDir,
    validate: true,
    ruleSet: { forbidden: config.forbidden },
  });
  const { modules, summary } = output as ICruiseResult;
  return {
    own: modules.filter((module) => !module.source.includes('node_modules') && !module.coreModule),
    found: summary.violations.map((violation) => `${violation.rule.name}: ${violation.from} -> ${violation.to}`),
  };
}

describe('planted violations', () => {
  let found: string[] = [];

  beforeAll(async () => {
    for (const name of ['electron', 'onnxruntime-node', 'zod']) {
      plant(`node_modules/${name}/package.json`, JSON.stringify({ name, main: 'index.js' }));
      plant(`node_modules/${name}/index.js`, 'module.exports = {};');
    }
    for (const [path, source] of Object.entries(allowed)) plant(path, source);
    for (const [path, source] of Object.values(violations)) plant(path, source);
    found = (await crossings(folder, ['main', 'preload', 'renderer', 'e2e'])).found;
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('every rule has one', () => {
    expect(new Set(Object.keys(violations))).toEqual(new Set(config.forbidden.map((rule) => rule.name)));
  });

  test.each(Object.entries(violations))('%s', (rule, [path]) => {
    expect(found.filter((line) => line.startsWith(`${rule}: ${path} -> `))).toHaveLength(1);
  });

  test('files that keep the rules are let through', () => {
    const kept = Object.keys(allowed).filter((path) => !path.includes('cycle'));
    expect(found.filter((line) => kept.some((path) => line.includes(`: ${path} -> `)))).toEqual([]);
  });
});

test('the real project is read, types included, not passed over', async () => {
  const { own } = await crossings(root, ['main', 'preload', 'renderer']);
  const method = own.find((module) => module.source === 'main/methods/method.ts');
  expect(own.length).toBeGreaterThan(10);
  expect(method?.dependencies.map((dependency) => dependency.module)).toContain('@tensorflow/tfjs-core');
});

test('each message names what is allowed', () => {
  for (const rule of config.forbidden) expect(rule.comment, rule.name).toMatch(/import|builtins|cycle|resolves/);
});
