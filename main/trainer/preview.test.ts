/** @file Samples while training, of every method on the CPU: what they show, from which noise, with which weights. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { scratchFolder, scriptedWork } from '../../e2e/harness/scratch';
import type { RunInfo } from '../../preload/contract/runs';
import { readStamp } from '../exports/png';
import { methods } from '../methods/registry';
import { randomStream } from '../platform/random';
import { createRun, listSamples, readGraph } from '../runs/run';
import { openGraph } from '../runtime/graph';
import { signedToBytes } from '../sampling/batches';
import { sampleLatents } from '../sampling/latents';
import { sampleDiffusion } from '../sampling/samplers';
import { signatures } from '../sampling/signatures';
import { controlBuffer, readControl } from './control';
import { prepareTraining } from './prepare';
import { trainRun, type TrainingPieces } from './session';

const shape = { height: 8, width: 12, channels: 3 };
const pieces: TrainingPieces = {
  openData: async () => ({ shape, source: { fill: (x, _size, seed, step) => randomStream(seed, 'images', step).fillIntegers(x, 256) }, close: () => undefined }),
  prepare: prepareTraining,
};
const seed = 11;

/** uint8 [36, 8, 12, 3] out of a sheet of six columns without gaps. */
async function cellsOf(png: Uint8Array): Promise<Uint8Array> {
  const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
  expect([info.width, info.height, info.channels]).toEqual([6 * 12, 6 * 8, 3]);
  const cells = new Uint8Array(data.length);
  for (let n = 0, to = 0; n < 36; n++) {
    for (let row = 0; row < 8; row++, to += 36) {
      const from = ((Math.floor(n / 6) * 8 + row) * 72 + (n % 6) * 12) * 3;
      cells.set(data.subarray(from, from + 36), to);
    }
  }
  return cells;
}

test.each(methods.map((method) => [method.id, method] as const))('%s: a preview is what its own graphs draw from the noise of the seed', async (id, method) => {
  const home = join(scratchFolder(), 'home');
  const config = { ...method.config.parse({}), ...method.tiny } as RunInfo['config'];
  await createRun(home, { name: 'r', method: id, config, dataset: { name: 'd', hash: '0' }, view: {}, seed, device: 'auto', versions: { genoise: '0', onnxruntime: '0', node: '0' } });
  const trainTo = (steps: number) => trainRun({ home, run: 'r', steps, device: 'cpu' }, pieces, readControl(controlBuffer()), scriptedWork());
  await trainTo(5);
  await trainTo(40);
  const samples = await listSamples(home, 'r');
  expect(samples.map(({ step }) => step)).toEqual([5, 40]);
  const [early, late] = await Promise.all(samples.map(({ path }) => readFile(path)));

  const signature = Object.values(method.graphs(config, shape)).map((spec) => spec.signature);
  const graph = async (wanted: string) => openGraph(await readGraph(home, 'r', Object.entries(method.graphs(config, shape)).find(([, spec]) => spec.signature === wanted)![0]), 'cpu');
  let expected: Uint8Array;
  if (signature.includes(signatures.decode)) expected = (await sampleLatents(await graph(signatures.decode), 36, seed, scriptedWork())).images;
  else {
    const steps = Math.min(20, config['timesteps'] as number);
    expected = signedToBytes((await sampleDiffusion(await graph(signatures.denoise), { n: 36, seed, sampler: 'ddim', steps }, scriptedWork())).data);
  }
  expect(await cellsOf(late)).toEqual(expected);
  expect(await cellsOf(early)).not.toEqual(expected);
  expect(readStamp(late)).toMatchObject({ run: 'r', seed, settings: { step: 40, n: 36, columns: 6 } });
});
