/** @file The whole way through the built terminal and its real processes: images in, a model, what it learnt, and what happens when something is off. */

import sharp from 'sharp';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readNpz } from '../../main/exports/npz';
import { readPngText } from '../../main/exports/png';
import { genoise } from '../harness/terminal';

const folder = mkdtempSync(join(tmpdir(), 'genoise-terminal-'));
const home = join(folder, 'home');
const out = (name: string) => join(folder, 'out', name);
const onCpu = ['--device', 'cpu'];
const small = ['--set', 'hidden=16', '--set', 'latentDim=3', '--set', 'batchSize=8'];

/** 16 x 16 grey images: dark ones with a bright dot, bright ones with a dark dot. */
async function writeImages(): Promise<void> {
  for (const [label, ground, dot] of [['dark', 20, 230], ['bright', 230, 20]] as const) {
    mkdirSync(join(folder, 'images', label), { recursive: true });
    for (let n = 0; n < 40; n++) {
      const pixels = new Uint8Array(256).fill(ground);
      pixels[(n * 37) % 256] = dot;
      await sharp(pixels, { raw: { width: 16, height: 16, channels: 1 } }).toColourspace('b-w').png().toFile(join(folder, 'images', label, `${n}.png`));
    }
  }
  writeFileSync(join(folder, 'images', 'dark', 'broken.png'), 'no image');
}

beforeAll(async () => {
  await writeImages();
  const imported = await genoise(home, ['import', join(folder, 'images'), '--name', 'dots']);
  expect(imported.stderr).toBe('');
  expect(imported.last).toMatchObject({ name: 'dots', count: 80, labels: ['bright', 'dark'] });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('import', () => {
  test('the dataset is listed with its splits, and what could not be read with its reason', async () => {
    const { last } = await genoise(home, ['datasets']);
    const [dots] = last as unknown as { splits: { train: number; test: number }; skipped: { path: string; reason: string }[]; hash: string }[];
    expect(dots.splits.train + dots.splits.test).toBe(80);
    expect(dots.splits.test).toBeGreaterThan(0);
    expect(dots.skipped).toMatchObject([{ path: expect.stringContaining('broken.png') as string }]);
    expect(dots.skipped[0].reason).toMatch(/image/i);
    expect(dots.hash).toMatch(/^[0-9a-f]{64}$/);
  });

  test('preview: the images as a run would see them', async () => {
    const { last } = await genoise(home, ['preview', 'dots', '--size', '8', '--n', '4', '--out', out('preview.png')]);
    expect(last).toMatchObject({ shape: [4, 8, 8, 1] });
    const { data } = await sharp(out('preview.png')).greyscale().raw().toBuffer({ resolveWithObject: true });
    expect(data.filter((grey) => Math.abs(grey - 20) < 12).length).toBeGreaterThan(50); // dark grounds
    expect(data.filter((grey) => Math.abs(grey - 230) < 12).length).toBeGreaterThan(50); // bright ones
  });

  test('a path where nothing stands, and a name that is taken: exit code 3, and what to do', async () => {
    const nowhere = await genoise(home, ['import', join(folder, 'nowhere')]);
    expect(nowhere.code).toBe(3);
    expect(nowhere.last['error']).toMatchObject({ code: 'path-not-found', got: join(folder, 'nowhere'), hint: expect.stringMatching(/\w/) as string });
    const taken = await genoise(home, ['import', join(folder, 'images'), '--name', 'dots']);
    expect(taken.code).toBe(3);
    expect(taken.last['error']).toMatchObject({ code: 'dataset-exists' });
  });
});

describe('a run', () => {
  const run = 'dots-vae';

  test('train: progress by phase, then the result', async () => {
    const { code, last, progress, stderr } = await genoise(home, ['train', '--method', 'vae', '--data', 'dots', '--run', run, '--steps', '30', '--seed', '7', ...small, ...onCpu]);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(last).toMatchObject({ run, status: 'completed', steps: 30, device: 'cpu' });
    expect((last['metrics'] as Record<string, number>)['loss']).toBeGreaterThan(0);
    expect(new Set(progress.map((report) => report['phase']))).toEqual(new Set(['pack', 'compile', 'train', 'preview', 'save']));
  });

  test('sample: a seed gives the same images each time, another seed others', async () => {
    const images = async (seed: string, name: string) => {
      const { code, last } = await genoise(home, ['sample', run, '--n', '5', '--seed', seed, '--out', out(name), ...onCpu]);
      expect(code).toBe(0);
      expect(last).toMatchObject({ path: out(name), shape: [5, 16, 16, 1] });
      return (await readNpz(out(name)))['images'];
    };
    const first = await images('1', 'a.npz');
    expect(first.shape).toEqual([5, 16, 16, 1]);
    expect(first.data).toBeInstanceOf(Uint8Array);
    expect((await images('1', 'b.npz')).data).toEqual(first.data);
    expect((await images('2', 'c.npz')).data).not.toEqual(first.data);
  });

  test('encode: a vector and a label for each image; reconstruct, interpolate and export write their files', async () => {
    const encoded = await genoise(home, ['encode', run, '--data', 'dots', '--out', out('z.npz'), ...onCpu]);
    expect(encoded.code).toBe(0);
    const { z, labels } = await readNpz(out('z.npz'));
    expect(z.shape).toEqual([80, 3]);
    expect([0, 1].map((label) => (labels.data as Int32Array).filter((one) => one === label).length)).toEqual([40, 40]);

    const grid = await genoise(home, ['reconstruct', run, '--data', 'dots', '--n', '4', '--out', out('r.png'), ...onCpu]);
    expect(grid.code).toBe(0);
    expect(JSON.parse(readPngText(readFileSync(out('r.png')))['genoise'])).toMatchObject({ run, seed: 7, settings: { split: 'test' } });

    const strip = await genoise(home, ['interpolate', run, '--from', '0', '--to', '1', '--method', 'slerp', '--out', out('i.png'), ...onCpu]);
    expect(strip.last).toMatchObject({ shape: [10, 16, 16, 1] });

    const walk = await genoise(home, ['interpolate', run, '--from', '0', '--to', '1', '--out', out('i.gif'), ...onCpu]);
    expect(walk.last).toMatchObject({ shape: [31, 16, 16, 1] });
    const film = await sharp(out('i.gif'), { animated: true }).metadata();
    expect(film.pages).toBe(60); // there and back, the ends once

    await genoise(home, ['encode', run, '--out', out('z.csv'), ...onCpu]);
    const [header, first] = readFileSync(out('z.csv'), 'utf8').split('\r\n');
    expect(header).toBe('split,label,z0,z1,z2');
    expect(first.split(',').slice(1).map(Number)).toEqual([(labels.data as Int32Array)[0], ...(z.data as Float32Array).subarray(0, 3)]);

    await genoise(home, ['export', run, '--what', 'onnx', '--out', out('export'), ...onCpu]);
    expect(readdirSync(out('export/graphs')).sort()).toEqual(['decode.onnx', 'elbo.onnx', 'encode.onnx']);
    const report = await genoise(home, ['export', run, '--what', 'report', '--out', out('export'), ...onCpu]);
    expect(report.last).toEqual({ run, files: [out('export/index.html')] });
    expect(readFileSync(out('export/index.html'), 'utf8')).toContain('dots-vae');
  });

  test('eval: nats per image on the test split, the parts adding up', async () => {
    const { code, last } = await genoise(home, ['eval', run, ...onCpu]);
    expect(code).toBe(0);
    const { negElbo, recon, kl, iwNll, activeUnits } = last as Record<string, number>;
    expect(negElbo).toBeCloseTo(recon + kl, 3);
    expect(iwNll).toBeLessThan(negElbo);
    expect(activeUnits).toBeLessThanOrEqual(3);
  });

  test('resume goes on to a total; a fork goes its own way', async () => {
    expect((await genoise(home, ['resume', run, '--steps', '40', ...onCpu])).last).toMatchObject({ status: 'completed', steps: 40 });
    expect((await genoise(home, ['fork', run, 'dots-fork'])).last).toMatchObject({ name: 'dots-fork', steps: 40, parent: { run, step: 40 } });
    const { last } = await genoise(home, ['runs']);
    const names = (last as unknown as { name: string }[]).map(({ name }) => name);
    expect(names.filter((name) => !name.startsWith('starter-')).sort()).toEqual(['dots-fork', run]);
  });

  test('a device that is not there: exit code 5, the reason and the usable ones, and the name stays free', async () => {
    const missing = await genoise(home, ['train', '--method', 'vae', '--data', 'dots', '--run', 'nowhere', '--steps', '1', ...small, '--device', 'dml']);
    expect(missing.code).toBe(5);
    expect(missing.last['error']).toMatchObject({ code: 'device-missing', got: 'dml', expected: expect.stringContaining('cpu') as string });
    expect(existsSync(join(home, 'runs', 'nowhere'))).toBe(false);
  });
});

describe('diffusion', () => {
  const run = 'dots-ddpm';
  const tiny = ['baseChannels=8', 'channelMultipliers=1', 'timesteps=20', 'batchSize=4', 'normGroups=4'].flatMap((setting) => ['--set', setting]);

  test('trains, is judged by its loss and bound, and shows noise turning into images', async () => {
    expect((await genoise(home, ['train', '--method', 'ddpm', '--data', 'dots', '--run', run, '--steps', '20', ...tiny, ...onCpu])).last).toMatchObject({ status: 'completed', steps: 20 });
    const { last } = await genoise(home, ['eval', run, ...onCpu]);
    expect(last).toMatchObject({ loss: expect.any(Number) as number, bound: expect.any(Number) as number });
    expect(last['loss']).toBeGreaterThan(0);
    const film = await genoise(home, ['sample', run, '--n', '3', '--steps', '5', '--sampler', 'ddim', '--out', out('film.webp'), ...onCpu]);
    expect(film.last).toMatchObject({ shape: [3, 6, 16, 16, 1] });
    expect((await sharp(out('film.webp'), { animated: true }).metadata()).pages).toBe(6);
  });
});

describe('starter runs', () => {
  test('stand in every home, one a method; they sample, and are forked and deleted like any other', async () => {
    const methods = ((await genoise(home, ['methods'])).last as unknown as { id: string }[]).map(({ id }) => id);
    const runs = (await genoise(home, ['runs'])).last as unknown as { name: string; method: string }[];
    const starters = runs.filter(({ name }) => name.startsWith('starter-'));
    expect(starters.map(({ method }) => method).sort()).toEqual(methods.toSorted());
    for (const { name } of starters) expect((await genoise(home, ['sample', name, '--n', '2', '--out', out(`${name}.npz`), ...onCpu])).last).toMatchObject({ shape: [2, 28, 28, 1] });
    expect((await genoise(home, ['fork', starters[0].name, 'of-a-starter'])).last).toMatchObject({ parent: { run: starters[0].name } });
    expect((await genoise(home, ['delete', starters[0].name])).code).toBe(0);
    const left = (await genoise(home, ['runs'])).last as unknown as { name: string }[];
    expect(left.map(({ name }) => name)).not.toContain(starters[0].name);
    expect(left.map(({ name }) => name)).toContain('of-a-starter');
  });
});

describe('Ctrl-C', () => {
  test('saves a checkpoint and exits with 130; the run goes on from there', async () => {
    const words = ['train', '--method', 'vae', '--data', 'dots', '--run', 'stopped', '--minutes', '5', ...small, ...onCpu];
    let sent = false;
    const { code, last } = await genoise(home, words, {
      onProgress: (report, kill) => {
        if (sent || report['phase'] !== 'train' || Number(report['done']) < 20) return;
        sent = true;
        kill('SIGINT');
      },
    });
    expect(code).toBe(130);
    expect(last).toMatchObject({ run: 'stopped', status: 'cancelled' });
    const steps = Number(last['steps']);
    expect(steps).toBeGreaterThanOrEqual(20);
    const { last: resumed } = await genoise(home, ['resume', 'stopped', '--steps', String(steps + 5), ...onCpu]);
    expect(resumed).toMatchObject({ status: 'completed', steps: steps + 5 });
  });
});
