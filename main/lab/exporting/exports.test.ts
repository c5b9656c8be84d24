/** @file Every form of every export, made by a job of a desk, read again by other readers, with its recipe inside. */

import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readMetadata } from '../../compiler/emit/onnx';
import { exportRequest, formsOf, type ExportAsked, type ExportForm, type ExportOptions, type ExportResult } from '../../../preload/contract/exports';
import type { TrajectoriesResult } from '../../../preload/contract/diffusion';
import type { JobInfo } from '../../../preload/contract/jobs';
import { readNpz } from '../../exports/npz';
import { readPngText } from '../../exports/png';
import { openExporting, type Exporting } from './start';
import { counts, openScriptedDesk, pixelsOf, sampleSteps, side, timesteps, type ScriptedDesk } from './scripted/desk';

let home: string;
let scripted: ScriptedDesk;
let exporting: Exporting;
const noWork = { progress: () => undefined, signal: new AbortController().signal };

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'genoise-exports-'));
  scripted = await openScriptedDesk(home);
  exporting = openExporting(scripted.desk);
});
afterAll(async () => {
  await scripted.close();
  rmSync(home, { recursive: true, force: true });
});

const target = (name: string): string => join(home, 'saved', name);

/** Starts the job with a path that was chosen. -> how it ended */
function save(asked: ExportAsked, form: ExportForm, options: ExportOptions = {}, path = target(`${asked.what}.${form}`)): Promise<JobInfo> {
  mkdirSync(join(home, 'saved'), { recursive: true });
  scripted.desk.chosenPaths.add(path);
  const { id } = exporting.start({ request: exportRequest.parse(asked), form, options, language: 'en', name: asked.what, to: { path } });
  return scripted.desk.jobs.ended(id);
}

async function bytesOf(asked: ExportAsked, form: ExportForm, options: ExportOptions = {}): Promise<Buffer> {
  const job = await save(asked, form, options);
  expect(job.error).toBeUndefined();
  const bytes = readFileSync(target(`${asked.what}.${form}`));
  expect(job.result).toMatchObject({ bytes: bytes.length });
  return bytes;
}

const pngRecipe = (bytes: Uint8Array): unknown => JSON.parse(readPngText(bytes)['genoise']);
/** The comment extension before the trailer. */
function gifRecipe(bytes: Buffer): unknown {
  const at = bytes.lastIndexOf(Buffer.from([0x21, 0xfe]));
  const parts: Buffer[] = [];
  for (let place = at + 2; bytes[place] !== 0; place += bytes[place] + 1) parts.push(bytes.subarray(place + 1, place + 1 + bytes[place]));
  return (JSON.parse(Buffer.concat(parts).toString('utf8')) as { genoise: unknown }).genoise;
}
const npzRecipe = (array: { data: ArrayLike<unknown> }): unknown => (JSON.parse(Buffer.from(array.data as Uint8Array).toString('utf8')) as { genoise: unknown }).genoise;

/** Grey levels of a cell of a sheet of 4 x 4 images at zoom `scale`, one a pixel of the image. */
async function cell(bytes: Buffer, column: number, row: number, scale: number, left = 4, top = 4): Promise<number[]> {
  const { data, info } = await sharp(bytes).greyscale().raw().toBuffer({ resolveWithObject: true });
  const out: number[] = [];
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      out.push(data[(top + row * (side * scale + 4) + y * scale) * info.width + left + column * (side * scale + 4) + x * scale]);
    }
  }
  return out;
}

const test = pixelsOf(counts.test, 2);
const testImage = (n: number): number[] => [...test.subarray(n * side * side, (n + 1) * side * side)];
const asLatent = (image: number[]): Float32Array => Float32Array.from(image, (byte) => byte / 255);
const place = (index: number) => ({ split: 'test' as const, index });

describe('pictures of a latent space', () => {
  const walk = { what: 'walk', run: 'latent', from: place(3), to: place(8), method: 'linear', steps: 5 } as const;

  it('a walk as a strip: its ends are the images, its middle their mean, its recipe inside', async () => {
    const bytes = await bytesOf(walk, 'png', { scale: 2 });
    expect(await sharp(bytes).metadata()).toMatchObject({ width: 5 * 12 + 4, height: 16 });
    expect(await cell(bytes, 0, 0, 2)).toEqual(testImage(3));
    expect(await cell(bytes, 4, 0, 2)).toEqual(testImage(8));
    const middle = await cell(bytes, 2, 0, 2);
    testImage(3).forEach((value, i) => expect(Math.abs(middle[i] - (value + testImage(8)[i]) / 2)).toBeLessThanOrEqual(1));
    expect(pngRecipe(bytes)).toEqual({ run: 'latent', seed: 5, settings: { what: 'walk', from: place(3), to: place(8), method: 'linear', steps: 5 } });
  });

  it('the same as a film there and back, in both forms', async () => {
    for (const form of ['gif', 'webp'] as const) {
      const bytes = await bytesOf(walk, form, { frames: 5, scale: 3, delayMs: 120 });
      const film = await sharp(bytes, { animated: true }).metadata();
      expect([film.format, film.pages, film.width, film.pageHeight, film.loop]).toEqual([form, 8, 12, 12, 0]);
      expect(film.delay).toEqual(Array.from({ length: 8 }, () => 120));
      const { data } = await sharp(bytes, { page: 4 }).greyscale().raw().toBuffer({ resolveWithObject: true });
      expect(data[0]).toBe(testImage(8)[0]);
      expect(data[12 * 12 - 1]).toBe(testImage(8)[15]);
      const recipe = form === 'gif' ? gifRecipe(bytes) : (film.xmp?.toString('utf8') ?? '');
      if (typeof recipe === 'string') expect(recipe).toContain('&quot;run&quot;:&quot;latent&quot;');
      else expect(recipe).toMatchObject({ run: 'latent', seed: 5, settings: { method: 'linear', steps: 5 } });
    }
  });

  it('the same as arrays', async () => {
    await bytesOf(walk, 'npz');
    const { z, images, recipe } = await readNpz(target('walk.npz'));
    expect([z.shape, images.shape]).toEqual([[5, 16], [5, 4, 4, 1]]);
    expect([...(images.data as Uint8Array).subarray(0, 16)]).toEqual(testImage(3));
    expect([...(z.data as Float32Array).subarray(64)].map((value) => Math.round(value * 255))).toEqual(testImage(8));
    expect(npzRecipe(recipe)).toMatchObject({ run: 'latent', settings: { what: 'walk' } });
  });

  it('vectors decoded: one image alone, and the vector in its recipe', async () => {
    const z = asLatent(testImage(5));
    const bytes = await bytesOf({ what: 'decoded', run: 'latent', z, latentSize: 16 }, 'png', { scale: 1 });
    expect(await cell(bytes, 0, 0, 1)).toEqual(testImage(5));
    expect(pngRecipe(bytes)).toMatchObject({ settings: { z: [...z] } });
  });

  it('a plane around a point: rows along the second direction', async () => {
    const directions = new Float32Array(32);
    directions[0] = 1;
    directions[16 + 15] = 1;
    const z = new Float32Array(16).fill(0.5);
    const request: ExportAsked = { what: 'traversal', run: 'latent', anchor: { z }, directions, across: [-0.5, 0.5], down: [-0.5, 0.5], columns: 3, rows: 2 };
    const bytes = await bytesOf(request, 'png', { scale: 1 });
    expect((await cell(bytes, 0, 0, 1))[0]).toBe(0);
    expect((await cell(bytes, 2, 0, 1))[0]).toBe(255);
    expect((await cell(bytes, 2, 1, 1))[15]).toBe(255);
    expect((await cell(bytes, 2, 0, 1))[15]).toBe(0);
    await bytesOf(request, 'npz');
    expect((await readNpz(target('traversal.npz')))['z'].shape).toEqual([2, 3, 16]);
  });

  it('reconstructions under their originals, which these models give back', async () => {
    const bytes = await bytesOf({ what: 'reconstructions', run: 'latent', n: 2, split: 'test' }, 'png', { scale: 16 });
    const { data, info } = await sharp(bytes).greyscale().raw().toBuffer({ resolveWithObject: true });
    const left = info.width - 2 * 68;
    const at = (row: number) => data[(4 + row * 68) * info.width + left];
    expect([at(0), at(1)]).toEqual([testImage(0)[0], testImage(0)[0]]);
    expect(pngRecipe(bytes)).toMatchObject({ settings: { n: 2, split: 'test' } });
  });

  it('all vectors, as arrays and as a table of numbers that are read back exactly', async () => {
    await bytesOf({ what: 'latents', run: 'latent' }, 'npz');
    const { z, labels, split } = await readNpz(target('latents.npz'));
    expect(z.shape).toEqual([42, 16]);
    expect([...(z.data as Float32Array).subarray(30 * 16, 31 * 16)]).toEqual([...asLatent(testImage(0))]);
    expect([...(split.data as Uint8Array)]).toEqual([...new Array<number>(30).fill(0), ...new Array<number>(12).fill(1)]);
    const rows = (await bytesOf({ what: 'latents', run: 'latent' }, 'csv')).toString('utf8').trimEnd().split('\r\n').map((line) => line.split(','));
    expect(rows[0].slice(0, 3)).toEqual(['split', 'label', 'z0']);
    expect(rows[31].slice(0, 3)).toEqual(['test', '0', String(asLatent(testImage(0))[0])]);
    expect((labels.data as Int32Array)[31]).toBe(1);
  });

  it('a map: drawn, as a drawing with a mark for each point, and as a table', async () => {
    const request: ExportAsked = { what: 'latentMap', run: 'latent', split: 'test' };
    const png = await bytesOf(request, 'png', { scale: 1 });
    const once = await sharp(png).metadata();
    expect(await sharp(await bytesOf(request, 'png', { scale: 3 })).metadata()).toMatchObject({ width: once.width * 3 });
    expect(pngRecipe(png)).toMatchObject({ run: 'latent', settings: { split: 'test' } });
    const svg = (await bytesOf(request, 'svg')).toString('utf8');
    expect(svg.match(/<use /g)).toHaveLength(12);
    expect(svg).toContain('{&quot;genoise&quot;:{&quot;run&quot;:&quot;latent&quot;');
    const { data, info } = await sharp(Buffer.from(svg)).raw().toBuffer({ resolveWithObject: true });
    expect(info.width).toBe(once.width);
    expect(data.some((value, at) => value !== data[at % info.channels])).toBe(true);
    const rows = (await bytesOf(request, 'csv')).toString('utf8').trimEnd().split('\r\n');
    expect(rows).toHaveLength(13);
    expect(rows[5]).toMatch(/^test,4,1,-?\d/);
  });
});

describe('pictures of a diffusion', () => {
  const request: Extract<ExportAsked, { what: 'denoising' }> = { what: 'denoising', run: 'diffusion', sampler: 'ddim', steps: 10, seed: 3, n: 2, show: ['noisy', 'predicted'] };

  it('a strip: moments along, x_t above the predicted x_0, both the same at the end', async () => {
    const bytes = await bytesOf(request, 'png', { scale: 16, frames: 4 });
    const { width, height } = await sharp(bytes).metadata();
    expect(height).toBe(20 + 4 + 4 * 68);
    const left = width - 4 * 68;
    const at = (column: number, row: number) => cell(bytes, column, row, 16, left, 24);
    expect(await at(3, 0)).toEqual(await at(3, 2));
    expect(await at(0, 0)).not.toEqual(await at(0, 2));
    expect(pngRecipe(bytes)).toMatchObject({ run: 'diffusion', seed: 3, settings: { sampler: 'ddim', steps: 10, eta: 0, frames: 4, show: ['noisy', 'predicted'] } });
  });

  it('its last moment is what a sample of the same seed is', async () => {
    const strip = await bytesOf({ ...request, n: 1, show: ['noisy'], moment: 10 }, 'png', { scale: 2 });
    const sample = await bytesOf({ what: 'samples', run: 'diffusion', n: 1, seed: 3, sampler: 'ddim', steps: 10 }, 'png', { scale: 2 });
    expect(await cell(strip, 0, 0, 2)).toEqual(await cell(sample, 0, 0, 2));
  });

  it('a film that rests on its end', async () => {
    const bytes = await bytesOf(request, 'gif', { frames: 6, scale: 2, delayMs: 50 });
    const film = await sharp(bytes, { animated: true }).metadata();
    expect([film.pages, film.width, film.pageHeight]).toEqual([6, 2 * 12 + 4, 2 * 12 + 4]);
    expect(film.delay).toEqual([50, 50, 50, 50, 50, 2000]);
    expect(gifRecipe(bytes)).toMatchObject({ run: 'diffusion', seed: 3, settings: { frames: 6 } });
  });

  it('every step as arrays, the predicted noise in numbers', async () => {
    await bytesOf({ ...request, show: ['noisy', 'noise'] }, 'npz');
    const { noisy, noise, timesteps: times } = await readNpz(target('denoising.npz'));
    expect([noisy.shape, noise.shape]).toEqual([[11, 2, 4, 4, 1], [11, 2, 4, 4, 1]]);
    expect([(times.data as Int32Array)[0], (times.data as Int32Array)[10]]).toEqual([timesteps - 1, -1]);
    const values = noise.data as Float32Array;
    expect(Math.max(...values)).toBeGreaterThan(1);
    expect(Math.max(...values.subarray(320))).toBe(0);
  });

  it('the predicted noise in colours: red above zero, blue below', async () => {
    const bytes = await bytesOf({ ...request, n: 1, show: ['noise'], moment: 0 }, 'png', { scale: 1 });
    await bytesOf({ ...request, n: 1, show: ['noise'] }, 'npz');
    const values = (await readNpz(target('denoising.npz')))['noise'].data as Float32Array;
    const { data } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
    for (let pixel = 0; pixel < 16; pixel++) {
      const at = ((4 + (pixel >> 2)) * 12 + 4 + (pixel & 3)) * 3;
      if (Math.abs(values[pixel]) > 0.2) expect(Math.sign(data[at] - data[at + 2])).toBe(Math.sign(values[pixel]));
    }
  });

  it('an image on its way to noise begins with the image', async () => {
    const bytes = await bytesOf({ what: 'noised', run: 'diffusion', ...place(4), seed: 1, t: [0, 20, 39] }, 'gif', { scale: 1, delayMs: 40 });
    expect(await sharp(bytes, { animated: true }).metadata()).toMatchObject({ pages: 3, width: 4 });
  });

  it('a sheet of settings: as many steps along, samplers down, each cell drawn with both', async () => {
    const rows = { setting: 'sampler', values: ['ddpm', 'ddim'] } as const;
    const columns = { setting: 'steps', values: [1, 5, 40] } as const;
    const bytes = await bytesOf({ what: 'sheet', run: 'diffusion', sampler: 'ddim', steps: 1, seed: 3, rows: { ...rows, values: [...rows.values] }, columns: { ...columns, values: [...columns.values] } }, 'png', { scale: 16 });
    const { width } = await sharp(bytes).metadata();
    const alone = await bytesOf({ what: 'samples', run: 'diffusion', n: 1, seed: 3, sampler: 'ddim', steps: 5 }, 'png', { scale: 16 });
    expect(await cell(bytes, 1, 1, 16, width - 3 * 68, 24)).toEqual(await cell(alone, 0, 0, 16));
  });

  it('a sheet of beginnings: each row from the image noised to another time', async () => {
    const from = { ...place(4), t: 0 };
    const asked = { run: 'diffusion', sampler: 'ddim', steps: 5, seed: 3 } as const;
    const bytes = await bytesOf({ what: 'sheet', ...asked, from, rows: { setting: 'start', values: [5, 30] }, columns: { setting: 'steps', values: [5, 8] } }, 'png', { scale: 16 });
    const { width } = await sharp(bytes).metadata();
    for (const [row, t] of [5, 30].entries()) {
      const alone = await bytesOf({ what: 'denoising', ...asked, n: 1, show: ['noisy'], from: { ...from, t }, moment: 500 }, 'png', { scale: 16 });
      expect(await cell(bytes, 0, row, 16, width - 2 * 68, 24), String(t)).toEqual(await cell(alone, 0, 0, 16));
    }
    expect(exportRequest.safeParse({ what: 'sheet', ...asked, rows: { setting: 'start', values: [5] }, columns: { setting: 'seed', values: [1] } }).success).toBe(false);
  });

  it('walks in a plane: as a table of every moment, as a drawing with a line for each, as a picture', async () => {
    const asked = { run: 'diffusion', dataset: 'greys', sampler: 'ddim', steps: 6, seed: 3, n: 3, points: 20, plane: 'walks' } as const;
    const request = { what: 'trajectories', ...asked } as const;
    const { paths, points, timesteps, indices } = await scripted.desk.lab.call<TrajectoriesResult>('inference', 'trajectories', { eta: 0, ...asked }, noWork);
    const [header, ...rows] = (await bytesOf(request, 'csv')).toString('utf8').trim().split(/\r?\n/).map((line) => line.split(','));
    expect(header).toEqual(['kind', 'index', 't', 'label', 'x', 'y']);
    expect(rows).toHaveLength(3 * 7 + 20);
    const walked = rows.filter(([kind]) => kind === 'walk');
    expect(walked.map(([, index, t]) => [Number(index), Number(t)])).toEqual([0, 1, 2].flatMap((walk) => [...timesteps].map((t) => [walk, t])));
    expect(walked.flatMap(([, , , , x, y]) => [Number(x), Number(y)]).map(Math.fround)).toEqual([...paths]);
    const images = rows.filter(([kind]) => kind === 'train');
    expect(images.map(([, index]) => Number(index))).toEqual([...indices]);
    expect(images.map(([, , , label]) => label)).toEqual([...indices].map((index) => String(index % 3)));
    expect(images.flatMap(([, , , , x, y]) => [Number(x), Number(y)]).map(Math.fround)).toEqual([...points]);

    const svg = (await bytesOf(request, 'svg')).toString('utf8');
    const [line] = /<path d="(M[^"]*)" fill="none" stroke="#1b1f24"/.exec(svg)?.slice(1) ?? [];
    expect(line.split('M')).toHaveLength(1 + 3);
    // Rings begin them, dots end them, all of it inside the frame.
    expect(svg.match(/<circle /g)).toHaveLength(6);
    const frame = /<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)" stroke="#c4cad1"/.exec(svg)?.slice(1).map(Number) ?? [];
    for (const [, x, y] of svg.matchAll(/<circle cx="([-\d.]+)" cy="([-\d.]+)"/g)) {
      expect(Number(x)).toBeGreaterThan(frame[0]);
      expect(Number(x)).toBeLessThan(frame[0] + frame[2]);
      expect(Number(y)).toBeGreaterThan(frame[1]);
      expect(Number(y)).toBeLessThan(frame[1] + frame[3]);
    }
    expect(svg).toContain('&quot;plane&quot;:&quot;walks&quot;');

    const png = await bytesOf(request, 'png', { scale: 1 });
    expect(pngRecipe(png)).toMatchObject({ run: 'diffusion', seed: 3, settings: { n: 3, points: 20, plane: 'walks', sampler: 'ddim' } });
    const { data } = await sharp(png).greyscale().raw().toBuffer({ resolveWithObject: true });
    expect(data.filter((level) => level < 60).length).toBeGreaterThan(200);
  });

  it('samples as a film of the denoising graph, and as arrays', async () => {
    const samples = { what: 'samples', run: 'diffusion', n: 3, seed: 2, sampler: 'ddim', steps: 8 } as const;
    expect(await sharp(await bytesOf(samples, 'webp', { frames: 4 }), { animated: true }).metadata()).toMatchObject({ pages: 4 });
    await bytesOf(samples, 'npz');
    expect((await readNpz(target('samples.npz')))['images'].shape).toEqual([3, 4, 4, 1]);
    expect(formsOf({ ...samples, run: 'latent' }, ['encode', 'decode'])).toEqual(['png', 'npz']);
  });
});

describe('what a run is', () => {
  it('samples as they improved: a film of the sheets, resting on the last, and a strip with a row for each', async () => {
    const film = await bytesOf({ what: 'progress', run: 'latent' }, 'webp', { scale: 1, delayMs: 60 });
    const { pages, delay } = await sharp(film, { animated: true }).metadata();
    expect([pages, delay]).toEqual([3, [60, 60, 2000]]);
    const strip = await bytesOf({ what: 'progress', run: 'latent' }, 'png', { scale: 16 });
    for (const [column, place] of [[0, 10], [2, 12]] as const) expect(await cell(strip, column, 3, 16, 4, 24)).toEqual([...pixelsOf(4, place).subarray(48)]);
    expect(pngRecipe(strip)).toMatchObject({ settings: { what: 'progress', steps: sampleSteps } });
    const one = await bytesOf({ what: 'progress', run: 'latent', step: 5 }, 'png', { scale: 16 });
    expect(await cell(one, 1, 1, 16)).toEqual([...pixelsOf(4, 11).subarray(48)]);
    expect((await save({ what: 'progress', run: 'latent', step: 6 }, 'png')).error).toMatchObject({ code: 'sample-not-found' });
  });

  it('metrics as a table, empty where a step has none', async () => {
    const rows = (await bytesOf({ what: 'curves', run: 'latent' }, 'csv')).toString('utf8').trimEnd().split('\r\n');
    expect(rows[0]).toBe('step,loss,gradNorm');
    expect([rows[4], rows[7], rows[20]]).toEqual(['4,25,4', `7,${100 / 7},`, '20,5,20']);
  });

  it('curves as a drawing and a picture of the metrics that were asked for', async () => {
    const one = (await bytesOf({ what: 'curves', run: 'latent', metrics: ['loss'], logY: true }, 'svg')).toString('utf8');
    expect(one.match(/class="line"/g)).toHaveLength(1);
    expect(one).not.toContain('<text');
    const both = (await bytesOf({ what: 'curves', run: 'latent' }, 'svg')).toString('utf8');
    expect(both.match(/class="line"/g)).toHaveLength(2);
    const png = await bytesOf({ what: 'curves', run: 'latent' }, 'png', { scale: 1 });
    const { channels, height } = await sharp(png).metadata();
    expect(both).toContain(`height="${height}"`);
    expect(channels).toBe(3);
    expect(pngRecipe(png)).toMatchObject({ run: 'latent', settings: { what: 'curves' } });
  });

  it('settings with their defaults', async () => {
    const rows = (await bytesOf({ what: 'settings', run: 'latent' }, 'csv')).toString('utf8').split('\r\n');
    expect(rows[0]).toBe('setting,title,value,default');
    expect(rows.find((row) => row.startsWith('learningRate,'))).toMatch(/,0\.002,0\.001$/);
    expect(rows).toContain('seed,Seed,5,');
  });

  it('graphs as ONNX files, all or one', async () => {
    const files = unzipSync(await bytesOf({ what: 'graphs', run: 'latent' }, 'zip'));
    expect(Object.keys(files).sort()).toEqual(['decode.onnx', 'encode.onnx']);
    expect(readMetadata(files['encode.onnx'])['genoise.signature']).toBe('encode(x)->z');
    const one = await bytesOf({ what: 'graphs', run: 'latent', graph: 'decode' }, 'onnx');
    expect(one.equals(files['decode.onnx'])).toBe(true);
  });

  it('a report: one page with its figures inside, in the language asked for', async () => {
    const page = (await bytesOf({ what: 'report', run: 'latent' }, 'html')).toString('utf8');
    expect(page.match(/src="data:image\/png;base64,/g)).toHaveLength(4);
    expect(page).toContain('Latent map');
    const film = (await bytesOf({ what: 'report', run: 'diffusion' }, 'html')).toString('utf8');
    expect(film).toContain('src="data:image/gif;base64,');
  });
});

describe('a preview', () => {
  const walk = exportRequest.parse({ what: 'walk', run: 'latent', from: place(3), to: place(8), method: 'linear', steps: 5 });

  it('shows the first frame and measures what will be written', async () => {
    const making = { request: walk, form: 'gif', options: { scale: 2 }, language: 'en' } as const;
    const preview = await exporting.preview(making, noWork);
    expect(preview).toMatchObject({ width: 8, height: 8, frames: 60, exact: true });
    expect((await sharp(preview.picture ?? new Uint8Array(0)).greyscale().raw().toBuffer())[0]).toBe(testImage(3)[0]);
    expect(preview.picture?.constructor).toBe(Uint8Array);
    const job = await save({ ...walk }, 'gif', { scale: 2 });
    expect(job.result).toMatchObject({ bytes: preview.bytes });
  });

  it('hands what it gathered on to the export', async () => {
    const calls: string[] = [];
    const { call } = scripted.desk.lab;
    const lab = { ...scripted.desk.lab, call: ((entry, name, args, work) => (calls.push(`${entry} ${name}`), call(entry, name, args, work))) as typeof call };
    const fresh = openExporting({ ...scripted.desk, lab });
    await fresh.preview({ request: walk, form: 'png', options: {}, language: 'en' }, noWork);
    scripted.desk.chosenPaths.add(target('kept.png'));
    const { id } = fresh.start({ request: walk, form: 'png', options: { scale: 5 }, language: 'en', name: 'kept', to: { path: target('kept.png') } });
    await scripted.desk.jobs.ended(id);
    expect(calls.filter((one) => one === 'inference latentWalk')).toHaveLength(1);
    expect(existsSync(target('kept.png'))).toBe(true);
  });

  it('of a walk through noise walks once, whatever is shown of it', async () => {
    const parts: number[] = [];
    const { call } = scripted.desk.lab;
    const lab = { ...scripted.desk.lab, call: ((entry, name, args, work) => (name === 'walk' && parts.push(args['first'] as number), call(entry, name, args, work))) as typeof call };
    const fresh = openExporting({ ...scripted.desk, lab });
    const walked = exportRequest.parse({ what: 'denoising', run: 'diffusion', sampler: 'ddpm', steps: 40, seed: 9, n: 1, show: ['noisy'] });
    const making = { request: walked, form: 'png', options: { frames: 3 }, language: 'en' } as const;
    const once = await fresh.preview(making, noWork);
    const walkedBy = parts.length;
    await fresh.preview({ ...making, form: 'gif', options: {} }, noWork);
    await fresh.preview({ ...making, options: { frames: 41 } }, noWork);
    expect(parts).toHaveLength(walkedBy);
    // What was kept is what another walk comes to.
    scripted.desk.chosenPaths.add(target('again.png'));
    await scripted.desk.jobs.ended(openExporting({ ...scripted.desk, lab: { ...lab } }).start({ ...making, name: 'again', to: { path: target('again.png') } }).id);
    expect(Buffer.from(once.picture ?? []).equals(readFileSync(target('again.png')))).toBe(true);
    expect(parts.length).toBeGreaterThan(walkedBy);
  });

  it('of many samples draws a few, and says what all will take', async () => {
    const request = exportRequest.parse({ what: 'samples', run: 'diffusion', n: 400, seed: 1, sampler: 'ddim', steps: 40 });
    const few = await exporting.preview({ request, form: 'png', options: { scale: 1 }, language: 'en' }, noWork);
    expect(few).toMatchObject({ width: null, exact: false, drawn: 10 });
    expect(await sharp(few.picture ?? new Uint8Array(0)).metadata()).toMatchObject({ width: 4 * 8 + 4 });
  });
});

describe('where it goes', () => {
  const request: ExportAsked = { what: 'settings', run: 'latent' };

  it('a download: one file under a name that every system takes, whatever name was asked for', async () => {
    const { id } = exporting.start({ request: exportRequest.parse(request), form: 'csv', options: {}, language: 'en', name: '../../e\u202etc/<pass>|wd:\u0000', to: { download: true } });
    const { result, state } = await scripted.desk.jobs.ended(id);
    expect(state).toBe('done');
    const { download = '', name } = result as unknown as ExportResult;
    expect(name).toMatch(/^[^/\\<>|:\p{C}]+\.csv$/u);
    const fetched = scripted.desk.downloads.take(download);
    expect(readFileSync(fetched?.path ?? '', 'utf8')).toContain('learningRate');
    await fetched?.done(true);
    expect(readdirSync(join(home, 'exports-tmp'))).toEqual([]);
  });

  it('no path that nobody chose, nor one a second time', async () => {
    const start = (path: string) => exporting.start({ request: exportRequest.parse(request), form: 'csv', options: {}, language: 'en', name: 'x', to: { path } });
    expect(() => start(target('stolen.csv'))).toThrow(expect.objectContaining({ code: 'export-path-not-chosen' }));
    await save(request, 'csv', {}, target('once.csv'));
    expect(() => start(target('once.csv'))).toThrow(expect.objectContaining({ code: 'export-path-not-chosen' }));
    expect(existsSync(target('stolen.csv'))).toBe(false);
  });
});

describe('an export that ends early', () => {
  const walk: ExportAsked = { what: 'walk', run: 'latent', from: place(0), to: place(1), method: 'slerp', steps: 7 };
  const path = (): string => target('early.gif');
  const nothingBeside = (): void => {
    expect(readdirSync(join(home, 'saved')).filter((name) => name.startsWith('.genoise'))).toEqual([]);
    expect(readdirSync(join(home, 'exports-tmp'))).toEqual([]);
    expect(readFileSync(path(), 'utf8')).toBe('old');
  };

  it('cancelled before, amid and after its drawing: the old file stands, nothing lies beside it', async () => {
    mkdirSync(join(home, 'saved'), { recursive: true });
    writeFileSync(path(), 'old');
    for (const moment of ['before', 'amid', 'after'] as const) {
      const started: JobInfo[] = [];
      scripted.onExporter.before = async (_name, asked) => {
        if (moment !== 'after') scripted.desk.jobs.cancel(started[0]?.id ?? '');
        if (moment === 'amid') writeFileSync(asked.path, 'half');
        if (moment === 'after') setTimeout(() => scripted.desk.jobs.cancel(started[0]?.id ?? ''), 0);
      };
      scripted.desk.chosenPaths.add(path());
      started.push(exporting.start({ request: exportRequest.parse(walk), form: 'gif', options: {}, language: 'en', name: 'early', to: { path: path() } }));
      const { state } = await scripted.desk.jobs.ended(started[0].id);
      scripted.onExporter.before = undefined;
      expect(state).toBe('cancelled');
      nothingBeside();
    }
  });

  it('whose process dies says so, and leaves nothing', async () => {
    writeFileSync(path(), 'old');
    scripted.onExporter.before = async (_name, asked) => {
      writeFileSync(asked.path, 'half');
      throw new Error('the process is gone');
    };
    const job = await save(walk, 'gif', {}, path());
    scripted.onExporter.before = undefined;
    expect(job.state).toBe('failed');
    nothingBeside();
  });

  it('is refused where the picture would be too large, before it is drawn', async () => {
    const job = await save({ ...walk, steps: 500 }, 'gif', { frames: 500, scale: 32 });
    expect(job.error).toBeUndefined();
    const large = await save({ what: 'samples', run: 'diffusion', n: 40_000, seed: 0, sampler: 'ddim', steps: 1 }, 'png', { scale: 32 });
    expect(large.error).toMatchObject({ code: 'picture-too-large', params: { frames: 1 } });
  });
});
