/** @file Block graphs of real files: a starter, a U-Net that our compiler wrote, one that PyTorch exported, and models written by hand for what none of them has. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Network, NetworkDetail, TensorSize } from '../../../preload/contract/network';
import { ddpm } from '../../methods/ddpm/ddpm';
import { tensorShapes } from '../../runtime/tensor-shapes';
import { compileGraph } from '../compile-graph';
import { bakeInputs, encodeModel, type Model, type Node } from '../emit/onnx';
import { readModel } from '../emit/read-model';
import { gpuTarget } from '../emit/target';
import { detailsOf, networkOf } from './blocks';

const starter = (run: string, graph: string): Uint8Array => readFileSync(join(import.meta.dirname, '../../../resources/starters', run, 'graphs', `${graph}.onnx`));
const fixture = (name: string): Uint8Array => readFileSync(join(import.meta.dirname, 'fixtures', name));

async function drawn(onnx: Uint8Array, detail: NetworkDetail): Promise<Network> {
  const model = readModel(onnx);
  return networkOf(model, await tensorShapes(onnx, model), detail);
}

const words = (size: TensorSize): string => (size.kind === 'map' ? `${size.height}x${size.width}x${size.channels}` : size.kind === 'vector' ? String(size.units) : size.kind);
const named = ({ blocks }: Network): Record<string, string> => Object.fromEntries(blocks.map(({ name, kind, size }) => [`${kind === 'input' || kind === 'output' ? `${kind} ` : ''}${name}`, words(size)]));
const arrows = ({ blocks, edges }: Network): string[] => {
  const name = new Map(blocks.map((block) => [block.id, block.name]));
  return edges.map(({ from, to }) => `${name.get(from)} > ${name.get(to)}`).sort();
};
const block = ({ blocks }: Network, name: string) => blocks.find((one) => one.name === name && one.kind !== 'input' && one.kind !== 'output')!;

describe('a decoder of dense layers', () => {
  it('is a chain of its scopes, each with the sizes, parameters and products of its layer', async () => {
    const network = await drawn(starter('starter-vae-digits', 'decode'), 'stages');
    expect(arrows(network)).toEqual(['decoder.0 > decoder.1', 'decoder.1 > out', 'out > x', 'z > decoder.0']);
    const { tensors } = readModel(starter('starter-vae-digits', 'decode'));
    let products = 0;
    for (const name of ['decoder.0', 'decoder.1', 'out']) {
      const [inputs, outputs] = tensors.get(`param/${name}.weight`)!.dims;
      products += inputs * outputs;
      expect(block(network, name)).toMatchObject({ kind: 'dense', parameters: (inputs + 1) * outputs, multiplyAdds: inputs * outputs, operations: [{ name: 'Gemm', count: 1 }] });
      expect(words(block(network, name).size)).toBe(name === 'out' ? '28x28x1' : String(outputs));
    }
    expect(network.multiplyAdds).toBe(products);
  });

  it('activations go with the layer before: what decoder.0 gives is the rectified value', async () => {
    const model = readModel(starter('starter-vae-digits', 'decode'));
    const network = await drawn(starter('starter-vae-digits', 'decode'), 'stages');
    expect(model.nodes.find(({ outputs }) => outputs[0] === block(network, 'decoder.0').tensor)?.opType).toBe('Relu');
  });
});

/** The denoiser of small digits, its weights zero: they change no shape. */
function denoiser(): Uint8Array {
  const config = ddpm.config.parse({ timesteps: 1000, prediction: 'v', baseChannels: 24, channelMultipliers: [1, 2], patchSize: 2, blocksPerSize: 1, attentionSize: 8, attentionHeads: 1, normGroups: 8 });
  const { onnx } = compileGraph('denoise', ddpm.graphs(config, { height: 28, width: 28, channels: 1 })['denoise'], gpuTarget);
  const parameters = readModel(onnx).inputs.filter(({ name }) => name.startsWith('param/'));
  return bakeInputs(onnx, new Map(parameters.map(({ name, shape }) => [name, new Float32Array(shape.reduce<number>((product, axis) => product * Number(axis), 1))])));
}

describe('a denoiser that our compiler wrote', () => {
  const onnx = denoiser();

  it('is a U-Net of stages, its skips between blocks of one resolution', async () => {
    const network = await drawn(onnx, 'stages');
    expect(named(network)).toEqual({
      'input x_t': '28x28x1', 'input t': 'scalar', 'output eps': '28x28x1', time: '96', in: '14x14x24', 'down.0.0': '14x14x24', 'down.0.half': '7x7x24', 'down.1': '7x7x48', middle: '7x7x48',
      'up.1.0': '7x7x48', 'up.1.1': '7x7x48', 'up.1.double': '14x14x48', 'up.0': '14x14x24', outNorm: '14x14x24', out: '28x28x1',
    });
    const chain = ['x_t', 'in', 'down.0.0', 'down.0.half', 'down.1', 'middle', 'up.1.0', 'up.1.1', 'up.1.double', 'up.0', 'outNorm', 'out', 'eps'];
    const skips = ['in > up.0', 'down.0.0 > up.0', 'down.0.half > up.1.1', 'down.1 > up.1.0', 'x_t > out'];
    const steered = ['down.0.0', 'down.1', 'middle', 'up.1.0', 'up.1.1', 'up.0'].map((to) => `time > ${to}`);
    expect(arrows(network)).toEqual([...chain.slice(1).map((to, i) => `${chain[i]} > ${to}`), ...skips, ...steered, 't > time', 't > out'].sort());
  });

  it('has at each detail all the parameters, and the same cost', async () => {
    const stored = [...readModel(onnx).tensors].filter(([name]) => name.startsWith('param/')).reduce((sum, [, { dims }]) => sum + dims.reduce((product, axis) => product * axis, 1), 0);
    const [stages, blocks, layers] = [await drawn(onnx, 'stages'), await drawn(onnx, 'blocks'), await drawn(onnx, 'layers')];
    for (const network of [stages, blocks, layers]) expect(network).toMatchObject({ parameters: stored, multiplyAdds: stages.multiplyAdds });
    expect(stages.blocks.length).toBeLessThan(blocks.blocks.length);
    expect(blocks.blocks.length).toBeLessThan(layers.blocks.length);
  });

  it('counts products as its convolutions, projections and attention have them', async () => {
    const area = 7 * 7;
    // Two 3 x 3 convolutions, the 1 x 1 of the skip, the time's projection; attention: q, k, v and out, and twice positions x positions x channels.
    const convolutions = area * (9 * 24 * 48 + 9 * 48 * 48 + 24 * 48) + 96 * 48;
    const attention = area * 4 * 48 * 48 + 2 * area * area * 48;
    expect(block(await drawn(onnx, 'stages'), 'down.1').multiplyAdds).toBe(convolutions + attention);
  });

  it('shows queries, keys and values beside each other in detail', async () => {
    const layers = await drawn(onnx, 'layers');
    const around = arrows(layers).filter((arrow) => arrow.includes('middle.attention.'));
    expect(around).toEqual(expect.arrayContaining(['q', 'k', 'v'].flatMap((name) => [`middle.attention.norm > middle.attention.${name}`, `middle.attention.${name} > middle.attention.out`])));
    expect(block(layers, 'middle.attention.out').kind).toBe('attention');
    expect(block(layers, 'middle.attention.norm').kind).toBe('norm');
  });

  it('ends a skip, in detail too, where what it is joined with is first read', async () => {
    const from = arrows(await drawn(onnx, 'layers')).filter((arrow) => arrow.startsWith('down.1.0.attention.out >'));
    expect(from).toEqual(['down.1.0.attention.out > middle.0.conv2', 'down.1.0.attention.out > middle.0.norm1', 'down.1.0.attention.out > up.1.0.norm1']);
  });

  it('offers three details, a chain of single layers one', async () => {
    const shapes = async (bytes: Uint8Array) => tensorShapes(bytes, readModel(bytes));
    expect(detailsOf(readModel(onnx), await shapes(onnx))).toEqual(['stages', 'blocks', 'layers']);
    const decoder = starter('starter-vae-digits', 'decode');
    expect(detailsOf(readModel(decoder), await shapes(decoder))).toEqual(['stages']);
  });
});

describe('a U-Net that PyTorch exported', () => {
  // Printed by fixtures/make-torch-unet.py: parameters and multiply-adds as PyTorch 1.13 counts them.
  const torch = { embed: [88, 72], inc: [40, 9216], down1: [340, 73760], half1: [148, 9216], down2: [644, 36144], half2: [330, 5184], mid: [726, 10416], up2: [150, 2304], dec2: [696, 39968], up1: [68, 4096], dec1: [528, 118816], out: [5, 1024] };

  it('has the modules as blocks, with parameters and cost as PyTorch counts them', async () => {
    const network = await drawn(fixture('torch-unet.onnx'), 'stages');
    const counted = Object.fromEntries(network.blocks.filter(({ kind }) => kind !== 'input' && kind !== 'output').map(({ name, parameters, multiplyAdds }) => [name, [parameters, multiplyAdds]]));
    expect(counted).toEqual(torch);
    expect(network).toMatchObject({ parameters: 3763, multiplyAdds: 310216 });
    expect(named(network)).toMatchObject({ 'input x': '16x16x1', down1: '16x16x4', half1: '8x8x4', down2: '8x8x6', mid: '4x4x6', up2: '8x8x6', out: '16x16x1' });
  });

  it('has its skips where they are concatenated, its sums with the block that ends with them', async () => {
    const got = arrows(await drawn(fixture('torch-unet.onnx'), 'stages'));
    expect(got.filter((arrow) => arrow.startsWith('down'))).toEqual(['down1 > dec1', 'down1 > half1', 'down2 > dec2', 'down2 > half2']);
  });
});

const floats = (name: string, dims: number[]) => ({ name, dims, dtype: 'float32' as const, bytes: new Uint8Array(4 * dims.reduce((product, axis) => product * axis, 1)) });
const node = (opType: string, inputs: string[], output: string): Node => ({ opType, inputs, outputs: [output], attributes: {} });
const written = (nodes: Node[], initializers: Model['initializers'], width: number): Uint8Array =>
  encodeModel({ nodes, initializers, inputs: [{ name: 'x', dtype: 'float32', shape: ['batch', width] }], outputs: [{ name: 'y', dtype: 'float32', shape: ['batch', width] }], metadata: {} });

describe('models written by hand', () => {
  it('scopes are read from slashes, and what all share in front is left out', async () => {
    const onnx = written(
      [node('MatMul', ['x', 'model/first/dense/kernel:0'], 'a'), node('Relu', ['a'], 'b'), node('MatMul', ['b', 'model/second/dense/kernel:0'], 'y')],
      [floats('model/first/dense/kernel:0', [4, 8]), floats('model/second/dense/kernel:0', [8, 4])],
      4,
    );
    const network = await drawn(onnx, 'stages');
    expect(named(network)).toEqual({ 'input x': '4', first: '8', second: '4', 'output y': '4' });
    expect(arrows(network)).toEqual(['first > second', 'second > y', 'x > first']);
  });

  it('weights without scopes are blocks by their operations', async () => {
    const onnx = written([node('MatMul', ['x', 'W1'], 'a'), node('Tanh', ['a'], 'b'), node('MatMul', ['b', 'W2'], 'y')], [floats('W1', [4, 6]), floats('W2', [6, 4])], 4);
    expect(named(await drawn(onnx, 'stages'))).toEqual({ 'input x': '4', 'MatMul 1': '6', 'MatMul 2': '4', 'output y': '4' });
  });

  it('a layer that is used twice is drawn twice, its parameters counted once', async () => {
    const onnx = written(
      [node('MatMul', ['x', 'net.shared.w'], 'a'), node('MatMul', ['a', 'net.between.w'], 'b'), node('MatMul', ['b', 'net.shared.w'], 'y')],
      [floats('net.shared.w', [4, 4]), floats('net.between.w', [4, 4])],
      4,
    );
    const network = await drawn(onnx, 'layers');
    expect(arrows(network)).toEqual(['between > shared (2)', 'shared (2) > y', 'shared > between', 'x > shared']);
    expect(network).toMatchObject({ parameters: 32, multiplyAdds: 48 });
  });

  it('scopes that data goes through in turn are opened, so that no two blocks wait for each other', async () => {
    const onnx = written(
      ['layers.0', 'norms.0', 'layers.1', 'norms.1'].map((scope, i) => node(scope.startsWith('norms') ? 'Mul' : 'MatMul', [i === 0 ? 'x' : `v${i}`, `${scope}.w`], i === 3 ? 'y' : `v${i + 1}`)),
      [floats('layers.0.w', [4, 4]), floats('layers.1.w', [4, 4]), floats('norms.0.w', [4]), floats('norms.1.w', [4])],
      4,
    );
    expect(arrows(await drawn(onnx, 'stages'))).toEqual(['layers.0 > norms.0', 'layers.1 > norms.1', 'norms.0 > layers.1', 'norms.1 > y', 'x > layers.0']);
  });

  it('a network without weights is one block', async () => {
    const network = await drawn(written([node('Relu', ['x'], 'a'), node('Tanh', ['a'], 'y')], [], 4), 'stages');
    expect(arrows(network)).toEqual([' > y', 'x > ']);
  });
});
