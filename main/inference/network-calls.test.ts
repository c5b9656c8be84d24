/** @file Networks looked into, on real run folders, packed datasets and ONNX files whose every value is known. */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ActivationsResult, DrawingResult } from '../../preload/contract/network';
import { encodeModel, type Node } from '../compiler/emit/onnx';
import { firstNoise } from '../sampling/samplers';
import { linearAlphaBar, noWork } from '../sampling/scripted/gaussians';
import { decoderOnnx, denoiserOnnx, encoderOnnx } from '../sampling/scripted/onnx-models';
import { openModels, type Models } from './models';
import { networkHandlers } from './network-calls';
import { addDataset, addRun } from './scripted/home';

const image = [2, 2, 1];
const alphaBar = linearAlphaBar(200, 1e-3, 0.06);
const pixels = Uint8Array.from({ length: 8 * 4 }, (_, i) => (i * 37) % 256);
const data = { train: { pixels, labels: Uint8Array.from([0, 1, 2, 3, 4, 5, 6, 7]) }, test: { pixels: pixels.slice(0, 8), labels: Uint8Array.from([8, 9]) }, side: 2 };

let home: string;
let hash: string;
let models: Models;
let handlers: ReturnType<typeof networkHandlers>;
const call = async <T>(name: keyof ReturnType<typeof networkHandlers>, args: object): Promise<T> => (await handlers[name]({ home, device: 'cpu', ...args }, noWork)) as T;
const draw = (source: object) => call<DrawingResult>('drawNetwork', { source, detail: 'stages' });
const activations = (source: object, tensor: string, more: object = {}) => call<ActivationsResult>('activations', { source, tensor, dataset: 'dots', hash, split: 'train', index: 3, ...more });

/** Of another maker, channels first: y = relu(1 x 1 convolution of x by 1, -1). */
const foreign = (nodes: Node[] = [{ opType: 'Conv', inputs: ['x', 'stem.weight'], outputs: ['c'], attributes: {} }, { opType: 'Relu', inputs: ['c'], outputs: ['y'], attributes: {} }]): Uint8Array =>
  encodeModel({
    nodes,
    initializers: [{ name: 'stem.weight', dims: [2, 1, 1, 1], dtype: 'float32', bytes: new Uint8Array(Float32Array.of(1, -1).buffer) }],
    inputs: [{ name: 'x', dtype: 'float32', shape: ['batch', 1, 2, 2] }],
    outputs: [{ name: 'y', dtype: 'float32', shape: ['batch', 2, 2, 2] }],
    metadata: {},
  });

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'genoise-network-'));
  models = openModels();
  handlers = networkHandlers(models);
  hash = await addDataset(home, 'dots', data);
  const dots = { name: 'dots', side: 2, hash };
  await addRun(home, 'latent', dots, { encode: encoderOnnx(0.5, image), decode: decoderOnnx(image) });
  await addRun(home, 'blind', dots, { decode: decoderOnnx(image) });
  await addRun(home, 'diffusion', dots, { denoise: denoiserOnnx(0.6, alphaBar, image) });
  await addRun(home, 'young', dots, {});
}, 60_000);
afterAll(async () => {
  await models.dispose();
  rmSync(home, { recursive: true, force: true });
});

describe('drawings', () => {
  it('name the graphs of a run, what can go in, and how images are seen', async () => {
    const drawing = await draw({ run: 'latent' });
    expect(drawing).toMatchObject({ graph: 'encode', graphs: ['encode', 'decode'], signature: 'encode(x)->z', feed: { kind: 'image' }, view: { height: 2, width: 2, channels: 1 } });
    expect(drawing.network.blocks.find(({ kind }) => kind === 'input')?.size).toEqual({ kind: 'map', height: 2, width: 2, channels: 1 });
    expect(drawing.layout.boxes.map(({ id }) => id).sort()).toEqual(drawing.network.blocks.map(({ id }) => id).sort());
    expect((await draw({ run: 'latent', graph: 'decode' })).feed).toEqual({ kind: 'latent', encodes: true });
    expect((await draw({ run: 'blind' })).feed).toEqual({ kind: 'latent', encodes: false });
    expect((await draw({ run: 'diffusion' })).feed).toEqual({ kind: 'noised', steps: 200 });
  });

  it('refuse graphs and runs that are not there', async () => {
    await expect(draw({ run: 'latent', graph: 'denoise' })).rejects.toMatchObject({ code: 'graph-not-found', params: { known: 'decode, encode' } });
    await expect(draw({ run: 'young' })).rejects.toMatchObject({ code: 'graph-not-found' });
    await expect(draw({ run: 'nobody' })).rejects.toMatchObject({ code: 'run-not-found' });
  });
});

describe('activations', () => {
  const x = pixels.slice(12, 16);

  it('of an encoder are those of the image: z = x / 2', async () => {
    const { size, values, input, label, count } = await activations({ run: 'latent' }, 'z');
    expect(size).toEqual({ kind: 'vector', units: 4 });
    values.forEach((value, i) => expect(value).toBeCloseTo((0.5 * x[i]) / 255, 6));
    expect(input).toEqual({ pixels: x, shape: image });
    expect([label, count]).toEqual([3, 8]);
  });

  it('of an inner value and of the input itself', async () => {
    expect([...(await activations({ run: 'latent' }, 'x')).values]).toEqual([...x].map((pixel) => Math.fround(pixel / 255)));
    expect((await activations({ run: 'latent' }, 'x')).size).toEqual({ kind: 'map', height: 2, width: 2, channels: 1 });
  });

  it('of a decoder are of the image\'s latent numbers, where the run encodes; else of the seed\'s', async () => {
    const decoded = await activations({ run: 'latent', graph: 'decode' }, 'x');
    expect(decoded.input).toBeNull();
    decoded.values.forEach((value, i) => expect(value).toBeCloseTo((0.5 * x[i]) / 255, 6));
    expect([...(await activations({ run: 'blind' }, 'x', { seed: 5 })).values]).toEqual([...firstNoise(5, [0], 4)]);
  });

  it('of a denoiser are of the image noised to t by the seed', async () => {
    const t = 120;
    const { values, input } = await activations({ run: 'diffusion' }, 'eps', { t, seed: 7 });
    const eps = firstNoise(7, [0], 4);
    const abar = alphaBar[t];
    const factor = (1 - (abar * 0.36) / (abar * 0.36 + 1 - abar)) / Math.sqrt(1 - abar);
    const noised = [...x].map((pixel, i) => Math.sqrt(abar) * (pixel / 127.5 - 1) + Math.sqrt(1 - abar) * eps[i]);
    values.forEach((value, i) => expect(value).toBeCloseTo(factor * noised[i], 4));
    expect([...input!.pixels]).toEqual(noised.map((value) => Math.min(255, Math.max(0, Math.round(((value + 1) / 2) * 255)))));
    await expect(activations({ run: 'diffusion' }, 'eps', { t: 200 })).rejects.toMatchObject({ code: 'timestep-outside', params: { t: 200, most: 199 } });
  });

  it('refuse tensors and images that are not there', async () => {
    await expect(activations({ run: 'latent' }, 'nothing')).rejects.toMatchObject({ code: 'network-tensor-unknown', params: { tensor: 'nothing' } });
    await expect(activations({ run: 'latent' }, 'z', { index: 8 })).rejects.toMatchObject({ code: 'image-index-outside', params: { index: 8, count: 8 } });
    await expect(activations({ run: 'latent' }, 'z', { index: -1 })).rejects.toMatchObject({ code: 'usage' });
  });
});

describe('a file of a page', () => {
  const open = async (bytes: Uint8Array) => (await call<{ file: string }>('openNetwork', { bytes })).file;

  it('is drawn, and shows its channels one after the other for an image that fits', async () => {
    const file = await open(foreign());
    expect(await draw({ file })).toMatchObject({ graph: null, graphs: [], signature: '', feed: { kind: 'image' }, view: { height: 2, width: 2, channels: 1, fit: 'crop' } });
    const { size, values } = await activations({ file }, 'y');
    expect(size).toEqual({ kind: 'map', height: 2, width: 2, channels: 2 });
    const x = Array.from(pixels.slice(12, 16), (pixel) => Math.fround(pixel / 255));
    expect([...values]).toEqual([...x, 0, 0, 0, 0]);
  });

  it('with inputs that nothing here can fill is drawn alone', async () => {
    const file = await open(readFileSync(join(import.meta.dirname, '../compiler/network/fixtures/torch-unet.onnx')));
    const drawing = await draw({ file });
    expect(drawing).toMatchObject({ feed: { kind: 'none' }, view: null });
    expect(drawing.network.parameters).toBe(3763);
    await expect(activations({ file }, 'eps')).rejects.toMatchObject({ code: 'network-input-unknown' });
  });

  it('is refused where it is no model or ONNX Runtime can\'t load it, and asked for once more where it was let go', async () => {
    await expect(open(new Uint8Array(40).fill(7))).rejects.toMatchObject({ code: 'onnx-unreadable' });
    const broken = await open(foreign([{ opType: 'Conv', inputs: ['x', 'absent'], outputs: ['y'], attributes: {} }]));
    await expect(draw({ file: broken })).rejects.toMatchObject({ code: 'onnx-refused' });
    await expect(draw({ file: 'f'.repeat(64) })).rejects.toMatchObject({ code: 'network-file-gone' });
  });
});
