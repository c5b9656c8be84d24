/** @file Files of any maker: read where they can be, refused with the reason where not; asked for inner values. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openGraph } from '../../runtime/graph';
import { encodeModel, ModelProto } from './onnx';
import { readModel, withOutputs } from './read-model';

const starter = readFileSync(join(import.meta.dirname, '../../../resources/starters/starter-vae-digits/graphs/decode.onnx'));
const torch = readFileSync(join(import.meta.dirname, '../network/fixtures/torch-unet.onnx'));
const code = (onnx: Uint8Array): unknown => {
  try {
    readModel(onnx);
    return undefined;
  } catch (caught) {
    return (caught as { toJSON(): unknown }).toJSON();
  }
};

describe('readModel', () => {
  it('tells ports, symbolic axes and metadata', () => {
    const { inputs, outputs, metadata } = readModel(starter);
    expect(inputs).toEqual([{ name: 'z', dtype: 1, shape: ['batch', 16] }]);
    expect(outputs).toEqual([{ name: 'x', dtype: 1, shape: ['batch', 28, 28, 1] }]);
    expect(metadata['genoise.signature']).toBe('decode(z)->x');
  });

  it('refuses what is no ONNX file, at whatever byte it is cut', () => {
    expect(code(new TextEncoder().encode('not a model'))).toMatchObject({ code: 'onnx-unreadable' });
    expect(code(new Uint8Array(0))).toMatchObject({ code: 'onnx-unreadable', params: { detail: 'no graph' } });
    for (let length = 1; length < torch.length; length += 997) expect(['onnx-unreadable', undefined], `${length} bytes`).toContain((code(torch.subarray(0, length)) as { code: string } | undefined)?.code);
  });

  it('refuses weights that stand in other files, and operations that nobody knows', () => {
    const graph = (more: object): Uint8Array => ModelProto.encode(ModelProto.create({ graph: { node: [{ opType: 'Relu', input: ['x'], output: ['y'] }], ...more } })).finish();
    expect(code(graph({ initializer: [{ name: 'w', dims: [4], dataType: 1, dataLocation: 1 }] }))).toEqual({ code: 'onnx-external', params: { tensor: 'w' } });
    expect(code(graph({ node: [{ opType: 'Evil', domain: 'my.ops', input: ['x'], output: ['y'] }] }))).toEqual({ code: 'onnx-operation-unknown', params: { operation: 'Evil', domain: 'my.ops' } });
    // The same operation is known where the file says what it does.
    expect(code(ModelProto.encode(ModelProto.create({ functions: [{ name: 'Evil', domain: 'my.ops' }], graph: { node: [{ opType: 'Evil', domain: 'my.ops', input: ['x'], output: ['y'] }] } })).finish())).toBeUndefined();
  });

  it('puts nodes into an order that can run, and refuses a circle', () => {
    const model = (nodes: object[]) => ModelProto.encode(ModelProto.create({ graph: { node: nodes } })).finish();
    const last = { opType: 'Tanh', input: ['a'], output: ['y'] };
    const first = { opType: 'Relu', input: ['x'], output: ['a'] };
    expect(readModel(model([last, first])).nodes.map(({ opType }) => opType)).toEqual(['Relu', 'Tanh']);
    expect(code(model([{ ...first, input: ['y'] }, last]))).toEqual({ code: 'onnx-unreadable', params: { detail: 'nodes in a circle' } });
  });

  it('counts among the inputs of a branch what its body takes from around it', () => {
    const body = { node: [{ opType: 'Add', input: ['outer', 'inner'], output: ['z'] }], initializer: [{ name: 'inner', dims: [1], dataType: 1 }], output: [{ name: 'z' }] };
    const onnx = ModelProto.encode(ModelProto.create({ graph: { node: [{ opType: 'If', input: ['c'], output: ['y'], attribute: [{ name: 'then_branch', type: 5, g: body }] }] } })).finish();
    expect(readModel(onnx).nodes[0].inputs).toEqual(['c', 'outer']);
  });
});

describe('withOutputs', () => {
  it('gives inner values beside the same outputs, of our files and of others', async () => {
    const z = Float32Array.from({ length: 16 }, (_, i) => Math.sin(i));
    const [whole, more] = [await openGraph(starter, 'cpu'), await openGraph(withOutputs(starter, ['t1', 't3']), 'cpu')];
    const got = await more.run({ z: { data: z, shape: [1, 16] } });
    expect(got['x']).toEqual((await whole.run({ z: { data: z, shape: [1, 16] } }))['x']);
    // decoder.0 and decoder.1, rectified.
    expect(got['t1'].shape).toEqual([1, readModel(starter).tensors.get('param/decoder.0.weight')!.dims[1]]);
    expect(Math.min(...got['t1'].data)).toBe(0);
    expect(Object.keys(await more.run({ z: { data: z, shape: [1, 16] } }, ['t3']))).toEqual(['t3']);
    const other = await openGraph(withOutputs(torch, ['/down1/Add_1_output_0']), 'cpu');
    expect((await other.run({ x: { data: new Float32Array(256), shape: [1, 1, 16, 16] }, t: { data: Float32Array.of(1), shape: [1, 1] } }, ['/down1/Add_1_output_0']))['/down1/Add_1_output_0'].shape).toEqual([1, 4, 16, 16]);
    await Promise.all([whole.dispose(), more.dispose(), other.dispose()]);
  });

  it('changes nothing else of the file', () => {
    const onnx = encodeModel({ nodes: [{ opType: 'Relu', inputs: ['x'], outputs: ['y'], attributes: {} }], initializers: [], inputs: [{ name: 'x', dtype: 'float32', shape: [1] }], outputs: [], metadata: { kept: 'yes' } });
    expect([...withOutputs(onnx, ['y']).subarray(0, onnx.length)]).toEqual([...onnx]);
  });
});
