/** @file The compiler as a whole: what a small step becomes, what tracing refuses, and that layouts and batches come out right. */

import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { engineDevices } from '../../e2e/harness/devices';
import { methods } from '../methods/registry';
import { silu } from '../nn/kernels';
import { conv2d, dense, groupNorm } from '../nn/layers';
import type { Params } from '../nn/params';
import { openStepRunner } from '../runtime/step-runner';
import { targetOf } from '../runtime/targets';
import { openGraph } from '../runtime/graph';
import { compileGraph } from './compile-graph';
import { buildStep, compileStep } from './compile-step';
import { emit, shareConstants } from './emit/emit';
import { bakeInputs, encodeModel } from './emit/onnx';
import { cpuTarget } from './emit/target';
import { gradients } from './grad/grad';
import { Builder } from './ir/builder';
import { valuesOf } from './ir/graph';
import type { Op, OpRule } from './ir/op';
import { print } from './ir/print';
import { sizeOf } from './ir/shapes';
import { verify } from './ir/verify';
import { stepSource, type StepSource } from './step-source';
import { traceLoss } from './trace-step';
import { ops } from './ops/registry';
import { assignLayout } from './passes/layout';

const optimiser = { beta1: 0.9, beta2: 0.999, weightDecay: 0, clipNorm: 0, emaDecay: 0 };
const source = (batchShape: number[], loss: (p: Params, x: tf.Tensor4D) => tf.Tensor): StepSource => ({ batchShape, noise: {}, optimiser, loss: (p, { x }) => ({ loss: loss(p, x), metrics: {} }) });

describe('what a small step becomes', () => {
  const small = source([2, 1, 1, 3], (p, x) => tf.mean(tf.square(dense(p, tf.reshape(x, [2, 3]), 1))));

  it('traces the loss', () => {
    expect(print(traceLoss(small).graph)).toMatchInlineSnapshot(`
      "%0 = reshape(x, shape=[2,3]) : [2, 3]
      %1 = matMul(%0, param/weight, transposeA=false, transposeB=false) : [2, 1]
      %2 = add(%1, param/bias) : [2, 1]
      %3 = mul(%2, %2) : [2, 1]
      %4 = mean(%3, axes=[0,1], keepDims=false) : []
      metric/loss <- %4"
    `);
  });

  it('adds the gradient and Adam, the bias inside the product', () => {
    expect(print(buildStep(small).graph)).toMatchInlineSnapshot(`
      "%0 = reshape(x, shape=[2,3]) : [2, 3]
      %1 = slice(param, begin=[0], size=[3]) : [3]
      %2 = reshape(%1, shape=[3,1]) : [3, 1]
      %3 = slice(param, begin=[3], size=[1]) : [1]
      %4 = gemm(%0, %2, %3, transposeA=false, transposeB=false) : [2, 1]
      %5 = mul(%4, %4) : [2, 1]
      %6 = mean(%5, axes=[0,1], keepDims=false) : []
      %7 = mul(%4, 0.5) : [2, 1]
      %8 = add(%7, %7) : [2, 1]
      %9 = matMul(%0, %8, transposeA=true, transposeB=false) : [3, 1]
      %10 = reshape(%9, shape=[3]) : [3]
      %11 = sum(%8, axes=[0], keepDims=false) : [1]
      %12 = concat(%10, %11, axis=0) : [4]
      %13 = mul(%12, %12) : [4]
      %14 = sum(%13, axes=[0], keepDims=false) : []
      %15 = sqrt(%14) : []
      %16 = mul(m, 0.9) : [4]
      %17 = mul(%12, 0.1) : [4]
      %18 = add(%16, %17) : [4]
      %19 = pow(0.999, step) : []
      %20 = sub(1, %19) : []
      %21 = sqrt(%20) : []
      %22 = mul(learningRate, %21) : []
      %23 = pow(0.9, step) : []
      %24 = sub(1, %23) : []
      %25 = div(%22, %24) : []
      %26 = mul(%18, %25) : [4]
      %27 = mul(v, 0.999) : [4]
      %28 = mul(%13, 0.001) : [4]
      %29 = add(%27, %28) : [4]
      %30 = sqrt(%29) : [4]
      %31 = add(%30, 1e-8) : [4]
      %32 = div(%26, %31) : [4]
      %33 = sub(param, %32) : [4]
      metric/loss <- %6
      metric/gradNorm <- %15
      param' <- %33
      m' <- %18
      v' <- %29"
    `);
  });
});

describe('what tracing refuses', () => {
  const refused = (f: (x: tf.Tensor4D) => tf.Tensor) => () => traceLoss(source([2, 2, 2, 1], (_, x) => f(x)));

  it('names a kernel without a row', () => {
    expect(refused((x) => tf.sum(tf.localResponseNormalization(x)))).toThrow(/the kernel LRN can't be traced; add a row to compiler\/trace\/kernels\.ts/);
  });
  it('names the op whose value was read', () => {
    expect(refused((x) => (tf.mean(x).dataSync()[0] > 0 ? tf.sum(x) : tf.mean(x)))).toThrow(/the value of mean was read while tracing/);
  });
  it('names a parameter asked for in two shapes', () => {
    expect(() => traceLoss(source([2, 2, 2, 1], (p) => tf.sum(tf.concat([p.get('a', [2], { kind: 'zeros' }), p.get('a', [3], { kind: 'zeros' })]))))).toThrow(/parameter a asked for as \[3\] and \[2\]/);
  });
  it('names shapes that do not fit', () => {
    const g = new Builder();
    expect(() => g.matMul(g.input('a', [2, 3]), g.input('b', [4, 5]))).toThrow('product over 3 and 4 elements');
  });
});

describe('rules', () => {
  it('are total: a table that lacks an op is of another type', () => {
    type Table = { [K in Op]: OpRule<K> };
    expectTypeOf<Omit<typeof ops, 'matMul'>>().not.toMatchTypeOf<Table>();
    expectTypeOf<Omit<OpRule<'exp'>, 'vjp'>>().not.toMatchTypeOf<OpRule<'exp'>>();
    expectTypeOf<Omit<OpRule<'exp'>, 'lower'>>().not.toMatchTypeOf<OpRule<'exp'>>();
    expectTypeOf<typeof ops>().toMatchTypeOf<Table>();
  });
  it('a graph that breaks a rule is found out, with the pass named', () => {
    const builder = new Builder();
    const x = builder.input('x', [2]);
    const wrong = { ...builder.exp(x), shape: [3] };
    expect(() => verify({ builder, inputs: [x], outputs: [{ name: 'y', value: wrong }] }, 'fuse')).toThrow(/graph after fuse: %1 exp is float32 \[3\], its rule gives float32 \[2\]/);
  });
  it('what the loss does not depend on has a gradient of zeros', () => {
    const g = new Builder();
    const [a, b] = [g.input('a', [3]), g.input('b', [2])];
    const [da, db] = gradients(g, g.sum(g.mul(a, a), [0]), [a, b]);
    expect([da.op, ...da.inputs]).toEqual(['add', a, a]);
    expect(g.numberOf(db)).toBe(0);
  });
});

describe('layout', () => {
  const network = (p: Params, x: tf.Tensor4D) => {
    const h = silu(groupNorm(p.scope('n'), conv2d(p.scope('a'), x, 8), 4));
    const skip = tf.concat([h, conv2d(p.scope('b'), h, 8)], 3);
    return tf.mean(tf.square(conv2d(p.scope('c'), tf.add(skip, tf.mean(skip, [1, 2], true)), 3)));
  };
  it('a network of NHWC layers runs NCHW: the image is turned once, nothing else', () => {
    const { graph } = traceLoss(source([2, 6, 8, 3], network));
    const turned = (g: typeof graph) => valuesOf(g).filter((v) => v.op === 'transpose' && v.shape.length === 4 && v.inputs[0].op !== 'input');
    expect(turned(graph).length).toBe(5);
    const laid = assignLayout(graph);
    expect(turned(laid)).toEqual([]);
    expect(valuesOf(laid).filter((v) => v.op === 'transpose').map((v) => v.inputs[0].attrs)).toEqual([{ name: 'x' }]);
  });
  it('splits of an axis that moved are still right', async () => {
    const spec = {
      signature: 'f(x)->y',
      inputs: { x: { shape: [2, 3, 4] } },
      run: (_: Params, { x }: Record<string, tf.Tensor>) => {
        const t = tf.transpose(x, [0, 3, 1, 2]); // [B, 4, 2, 3]
        return { y: tf.reshape(tf.mul(tf.reshape(t, [x.shape[0], 2, 2, 6]), 2), [x.shape[0], 24]) };
      },
    };
    const graph = await openGraph(compileGraph('f', spec, cpuTarget).onnx, 'cpu');
    const x = Float32Array.from({ length: 24 }, (_, i) => i);
    const { y } = await graph.run({ x: { data: x, shape: [1, 2, 3, 4] } });
    await graph.dispose();
    const expected = [0, 1, 2, 3].flatMap((c) => Array.from({ length: 6 }, (_, hw) => 2 * (hw * 4 + c)));
    expect(Array.from(y.data)).toEqual(expected);
  });
});

describe('batch', () => {
  const graphOf = (run: (x: tf.Tensor) => tf.Tensor) => ({ signature: 'f(x)->y', inputs: { x: { shape: [3] } }, run: (_: Params, { x }: Record<string, tf.Tensor>) => ({ y: run(x) }) });

  it('is symbolic through reshapes, repetitions and constants made from it', async () => {
    const spec = graphOf((x) => tf.add(tf.tile(tf.reshape(x, [x.shape[0], 1, 3]), [1, 2, 1]), tf.fill([x.shape[0], 2, 3], 1)));
    const graph = await openGraph(compileGraph('f', spec, cpuTarget).onnx, 'cpu');
    for (const batch of [1, 2, 5]) {
      const { y } = await graph.run({ x: { data: Float32Array.from({ length: 3 * batch }, (_, i) => i), shape: [batch, 3] } });
      expect(y.shape).toEqual([batch, 2, 3]);
      expect(y.data[6 * (batch - 1) + 3]).toBe(3 * (batch - 1) + 1);
    }
    await graph.dispose();
  });
  it('is refused where a constant holds it', () => {
    expect(() => compileGraph('f', graphOf((x) => tf.mul(x, x.shape[0])), cpuTarget)).toThrow(/depends on the batch size/);
  });
  it('parameters baked in take the place of inputs', async () => {
    const spec = { signature: 'f(x)->y', inputs: { x: { shape: [2] } }, run: (p: Params, { x }: Record<string, tf.Tensor>) => ({ y: dense(p, x as tf.Tensor2D, 1) }) };
    const baked = bakeInputs(compileGraph('f', spec, cpuTarget).onnx, new Map([['param/weight', Float32Array.of(2, 3)], ['param/bias', Float32Array.of(10)]]));
    const graph = await openGraph(baked, 'cpu');
    expect(graph.inputs.map((i) => i.name)).toEqual(['x']);
    const { y } = await graph.run({ x: { data: Float32Array.of(1, 1, 0, 2), shape: [2, 2] } });
    await graph.dispose();
    expect(Array.from(y.data)).toEqual([15, 16]);
    expect(graph.metadata).toMatchObject({ 'genoise.signature': 'f(x)->y', 'genoise.layout': 'NHWC' });
  });
});

describe('constants', () => {
  it('zeros and ones of a large shape are not stored', () => {
    const builder = new Builder();
    const x = builder.input('x', [512, 512]);
    const y = builder.op('maximum', [x, builder.constant(new Float32Array(512 * 512), [512, 512])], {});
    const bytes = encodeModel(shareConstants(emit({ builder, inputs: [x], outputs: [{ name: 'y', value: y }] }, cpuTarget)));
    expect(bytes.length).toBeLessThan(1000);
  });
});

describe.each(engineDevices().filter((d) => d !== 'cpu'))('on %s', (device) => {
  it.each(methods.map((m) => [m.id, m] as const))('%s: no node of the step falls back to the processor', async (_, method) => {
    const config = { ...method.config.parse(method.tiny), clipNorm: 1, emaDecay: 0.9 };
    const compiled = compileStep(stepSource(method, config, { height: 8, width: 8, channels: 1 }), await targetOf(device));
    const runner = await openStepRunner(compiled, device, { strict: true });
    await runner.dispose();
    expect(compiled.state.map((s) => sizeOf(s.shape)).every((n) => n > 0)).toBe(true);
  });
});
