/** @file The lab's calls on denoising graphs: the view is packed when it is not there, and never when the dataset is another by now. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { packView } from '../data/catalog/pack-view';
import { inferenceHandlers } from '../inference/calls';
import { openModels, type Models } from '../inference/models';
import { addDataset, addRun } from '../inference/scripted/home';
import { removeTree } from '../platform/files';
import { linearAlphaBar, noWork } from '../sampling/scripted/gaussians';
import { denoiserOnnx } from '../sampling/scripted/onnx-models';
import { draw, noised } from './diffusion';
import type { Lab } from './lab';

let home: string;
let models: Models;
let packed: string[];
let lab: Lab;
const pixels = Uint8Array.from({ length: 40 }, (_, i) => i * 6);
const split = { pixels, labels: new Uint8Array(10) };

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'genoise-lab-diffusion-'));
  models = openModels();
  packed = [];
  const hash = await addDataset(home, 'greys', { train: split, test: split, side: 2 });
  await addRun(home, 'walks', { name: 'greys', hash, side: 2 }, { denoise: denoiserOnnx(0.5, linearAlphaBar(50, 1e-3, 0.1), [2, 2, 1]) });
  const call = async (entry: string, name: string, args: Record<string, unknown>): Promise<unknown> => {
    if (entry === 'inference') return inferenceHandlers(models)[name]({ home, device: 'cpu', ...args }, noWork);
    packed.push(args['dataset'] as string);
    return packView({ home, ...args } as Parameters<typeof packView>[0], noWork);
  };
  lab = { home, call: call as Lab['call'], close: async () => undefined };
});

afterEach(async () => {
  await models.dispose();
  rmSync(home, { recursive: true, force: true });
});

const place = { run: 'walks', split: 'test' as const, index: 4, seed: 1, t: [0] };

it('asks once where the view stands', async () => {
  expect([...(await noised(lab, place, noWork)).x0]).toEqual([...pixels.subarray(16, 20)]);
  expect(packed).toEqual([]);
});

it('packs a view that is gone, and asks again', async () => {
  await removeTree(join(home, 'views'));
  expect([...(await noised(lab, place, noWork)).x0]).toEqual([...pixels.subarray(16, 20)]);
  await removeTree(join(home, 'views'));
  const from = { dataset: 'greys', split: 'test' as const, index: 4, t: 0 };
  await draw(lab, { run: 'walks', sampler: 'ddim', steps: 1, eta: 0, seed: 1, n: 1, from }, noWork);
  expect(packed).toEqual(['greys', 'greys']);
});

it('shows no other images under the name of the run\'s dataset', async () => {
  await addRun(home, 'older', { name: 'greys', hash: 'e'.repeat(64), side: 2 }, { denoise: denoiserOnnx(0.5, linearAlphaBar(50, 1e-3, 0.1), [2, 2, 1]) });
  await expect(noised(lab, { ...place, run: 'older' }, noWork)).rejects.toMatchObject({ code: 'dataset-changed', params: { dataset: 'greys', run: 'older' } });
  expect(packed).toEqual([]);
});
