/** @file Steps in float16: what is cast, how near they stay to float32, and what an overflow does. On the processor, whose products are float32 between operands and results that are rounded to float16. */

import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { labErrorOf } from '../../e2e/harness/scratch';
import type { RunInfo } from '../../preload/contract/runs';
import { methods } from '../methods/registry';
import { growthSteps } from '../nn/optimisers/loss-scale';
import { openGraph } from '../runtime/graph';
import { openStepRunner } from '../runtime/step-runner';
import { randomStream } from '../platform/random';
import { stepFeeds } from '../trainer/feed';
import { initialState } from '../trainer/initial-state';
import { prepareTraining } from '../trainer/prepare';
import { compileStep } from './compile-step';
import { emit, shareConstants } from './emit/emit';
import { encodeModel, ModelProto, type Model } from './emit/onnx';
import { gpuTarget } from './emit/target';
import { Builder } from './ir/builder';
import type { Value } from './ir/op';
import { stepSource, type StepSource } from './step-source';

const half = { ...gpuTarget, half: true };
const data = { height: 8, width: 8, channels: 1 };

interface Decoded {
  graph: { node: { opType: string; input: string[]; output: string[]; attribute: { name: string; i?: unknown }[] }[] };
}

/**
 * ONNX Runtime's processor takes a cast to float16 and the one back before a product away, and with them the rounding that a GPU would do. A maximum of a value and
 * itself, which it computes in float16, keeps them apart.
 */
function rounding(onnx: Uint8Array): Uint8Array {
  const model = ModelProto.decode(onnx) as unknown as Decoded & Parameters<typeof ModelProto.encode>[0];
  const halves = new Set<string>();
  const castTo = (node: Decoded['graph']['node'][number], type: number) => node.opType === 'Cast' && Number(node.attribute.find(({ name }) => name === 'to')!.i) === type;
  const same = (from: string, to: string) => ({ opType: 'Max', input: [from, from], output: [to], attribute: [] });
  model.graph.node = model.graph.node.flatMap((node) => {
    if (castTo(node, 10)) {
      halves.add(node.output[0]);
      return [{ ...node, output: [`${node.output[0]}~`] }, same(`${node.output[0]}~`, node.output[0])];
    }
    if (!node.input.some((name) => halves.has(name))) return [node];
    if (castTo(node, 1)) return [same(node.input[0], `${node.output[0]}~`), { ...node, input: [`${node.output[0]}~`] }];
    node.output.forEach((name) => halves.add(name));
    return [node];
  });
  return ModelProto.encode(model).finish();
}

function modelOf(build: (g: Builder, x: Value) => Value, shape: number[]): Model {
  const builder = new Builder();
  const x = builder.input('x', shape);
  return emit({ builder, inputs: [x], outputs: [{ name: 'y', value: build(builder, x) }] }, half);
}
const listed = ({ nodes }: Model) => nodes.map(({ opType, inputs, attributes }) => `${opType}${opType === 'Cast' ? ` to ${attributes['to'] === 10 ? 'float16' : 'float32'}` : ''}(${inputs.length})`);

describe('casts', () => {
  test('stand around products, once for each value, and not between two products; sums and elementwise ops stay out', () => {
    const model = modelOf((g, x) => {
      const square = g.matMul(x, x);
      return g.add(g.sum(g.exp(square), [0], true), g.matMul(square, x));
    }, [3, 3]);
    expect(listed(model)).toEqual(['Cast to float16(1)', 'MatMul(2)', 'Cast to float32(1)', 'Exp(1)', 'ReduceSum(2)', 'MatMul(2)', 'Cast to float32(1)', 'Add(2)']);
    // The second product takes the first one's own result.
    expect(model.nodes[5].inputs).toEqual([model.nodes[1].outputs[0], model.nodes[0].outputs[0]]);
  });

  test('a sum over images inside a rule is taken in float32', async () => {
    // 4,096 images of 1 x 1: each gives 1 to the filter's gradient; sums of ones stop at 2,048 in float16.
    const n = 4096;
    const model = modelOf((g, x) => g.op('conv2dFilterGrad', [x, x], { strides: [1, 1], pads: [0, 0, 0, 0], filterShape: [1, 1, 1, 1] }), [n, 1, 1, 1]);
    const graph = await openGraph(rounding(encodeModel(shareConstants(model))), 'cpu');
    const { y } = await graph.run({ x: { data: new Float32Array(n).fill(1), shape: [n, 1, 1, 1] } });
    await graph.dispose();
    expect(y.data[0]).toBe(n);
  });

  test('products see float16: 1 + 1e-4 is 1, and 70,000 is infinite', async () => {
    const graph = await openGraph(rounding(encodeModel(shareConstants(modelOf((g, x) => g.matMul(x, g.constant(Float32Array.of(1, 0, 0, 1), [2, 2])), [2, 2])))), 'cpu');
    const { y } = await graph.run({ x: { data: Float32Array.of(1.0001, 0, 0, 3), shape: [2, 2] } });
    const over = (await graph.run({ x: { data: Float32Array.of(70_000, 0, 0, 1), shape: [2, 2] } })).y;
    await graph.dispose();
    expect([...y.data]).toEqual([1, 0, 0, 3]);
    expect(over.data[0]).not.toBeLessThan(Infinity);
  });
});

async function opened(source: StepSource) {
  const compiled = compileStep(source, gpuTarget);
  const runner = await openStepRunner({ ...compiled, onnx: rounding(compiled.onnx) }, 'cpu');
  const start = initialState(compiled, 5);
  await runner.load(start);
  const feeds = stepFeeds({ fill: (x, _size, seed, step) => randomStream(seed, 'images', step).fillIntegers(x, 256) }, compiled, 5);
  return { compiled, runner, start, step: (k: number) => runner.step(feeds(k, 0.003, 0)) };
}

const sourceOf = (id: string, precision: 'float16' | 'float32'): StepSource => {
  const method = methods.find((m) => m.id === id)!;
  return stepSource(method, { ...method.config.parse(method.tiny), emaDecay: 0.9, clipNorm: 1, precision }, data);
};
const scaleOf = (state: ReadonlyMap<string, Float32Array>) => [state.get('lossScale/value')![0], state.get('lossScale/goodSteps')![0]];

describe.each(methods.map(({ id }) => id))('%s', (id) => {
  test('the losses of 20 steps of which none is skipped are those of float32 within 1e-3, and not the same', async () => {
    const [single, halved] = [await opened(sourceOf(id, 'float32')), await opened(sourceOf(id, 'float16'))];
    await halved.runner.load(new Map(halved.start).set('lossScale/value', Float32Array.of(256)));
    const pairs: [Record<string, number>, Record<string, number>][] = [];
    for (let k = 1; k <= 20; k++) pairs.push([await single.step(k), await halved.step(k)]);
    const scale = scaleOf(await halved.runner.read());
    await single.runner.dispose();
    await halved.runner.dispose();
    const apart = (name: string) => pairs.map(([a, b]) => Math.abs(a[name] - b[name]) / Math.abs(a[name]));
    expect(Math.max(...apart('loss'))).toBeLessThan(1e-3);
    expect(Math.max(...apart('gradNorm'))).toBeLessThan(1e-2);
    expect(Math.max(...apart('loss'))).toBeGreaterThan(0);
    expect(scale).toEqual([256, 20]);
  });

  test('an overflow moves nothing and halves the scale, until steps are good again', async () => {
    const { compiled, runner, start, step } = await opened(sourceOf(id, 'float16'));
    const scaled = new Map(start).set('lossScale/value', Float32Array.of(2 ** 60)).set('lossScale/goodSteps', Float32Array.of(7));
    await runner.load(scaled);
    expect(await step(1)).toMatchObject({ gradNorm: 0, lossScale: 2 ** 60, loss: expect.closeTo((await (await opened(sourceOf(id, 'float16'))).step(1))['loss'], 3) as number });
    const after = await runner.read();
    expect(scaleOf(after)).toEqual([2 ** 59, 0]);
    for (const { name } of compiled.state) if (!name.startsWith('lossScale/')) expect(Buffer.compare(Buffer.from(after.get(name)!.buffer), Buffer.from(start.get(name)!.buffer)), name).toBe(0);
    let k = 1;
    let metrics: Record<string, number>;
    do metrics = await step(++k);
    while (metrics['gradNorm'] === 0 && k < 80);
    expect(k).toBeGreaterThan(10);
    expect(metrics['gradNorm']).toBeGreaterThan(0);
    const end = await runner.read();
    await runner.dispose();
    expect(end.get('lossScale/goodSteps')![0]).toBe(1);
    expect([...end].some(([name, values]) => name.startsWith('param/') && values.some((value, i) => value !== start.get(name)![i]))).toBe(true);
  });
});

test('after many good steps the scale is doubled', async () => {
  const { runner, start, step } = await opened(sourceOf('vae', 'float16'));
  await runner.load(new Map(start).set('lossScale/goodSteps', Float32Array.of(growthSteps - 2)));
  await step(1);
  expect(scaleOf(await runner.read())).toEqual([2 ** 15, growthSteps - 1]);
  await step(2);
  expect(scaleOf(await runner.read())).toEqual([2 ** 16, 0]);
  await runner.dispose();
});

test('where the least scale overflows too, the gradient is told as it is: a run stops there', async () => {
  const source: StepSource = {
    batchShape: [1, 1, 1, 2],
    noise: {},
    precision: 'float16',
    optimiser: { beta1: 0.9, beta2: 0.999, weightDecay: 0, clipNorm: 0, emaDecay: 0 },
    loss: (p, { x }) => ({ loss: tf.mean(tf.matMul(tf.reshape(x, [1, 2]) as tf.Tensor2D, p.get<tf.Tensor2D>('weight', [2, 1], { kind: 'ones' }))), metrics: {} }),
  };
  const compiled = compileStep(source, gpuTarget);
  const runner = await openStepRunner({ ...compiled, onnx: rounding(compiled.onnx) }, 'cpu');
  await runner.load(new Map(initialState(compiled, 1)).set('lossScale/value', Float32Array.of(1)));
  const { gradNorm } = await runner.step({ x: Float32Array.of(70_000, 1), noise: {}, scalars: { step: 1, learningRate: 0.1 } });
  expect(gradNorm).toBe(Infinity);
  expect(scaleOf(await runner.read())).toEqual([1, 0]);
  await runner.dispose();
});

test('a device that lacks it is refused before anything is compiled for it', async () => {
  const info: RunInfo = { name: 'r', method: 'vae', config: { ...methods.find((m) => m.id === 'vae')!.config.parse({}), precision: 'float16' } as RunInfo['config'], dataset: { name: 'd', hash: '0' }, view: {}, seed: 1, device: 'cpu', versions: { genoise: '0', onnxruntime: '0', node: '0' }, createdAt: '2025-01-01T00:00:00.000Z', status: 'created', steps: 0, seconds: 0 };
  expect(await labErrorOf(prepareTraining({ info, view: data, device: 'cpu', seed: 1 }))).toMatchObject({ code: 'precision-missing', params: { device: 'cpu', precision: 'float16' } });
});
