/** @file Right gradients for what tfjs lacks or gets wrong where it runs eagerly: missing rules, and rules that use a saved output, whose second derivatives are silently wrong. */

import '@tensorflow/tfjs-core/dist/register_all_gradients';
import * as tf from '@tensorflow/tfjs-core';
import { registerImageGradients } from './eager-image-gradients';
import { einsum } from './einsum';

type Config = Omit<tf.GradConfig, 'kernelName'>;
type Attrs = Record<string, unknown>;

/** The gradient of x -> f(x), f and f' written from the input. */
const unary = (derivative: (x: tf.Tensor, dy: tf.Tensor, attrs: Attrs) => tf.Tensor, input = 'x'): Config => ({
  inputsToSave: [input],
  gradFunc: (dy, [x], attrs) => ({ [input]: () => derivative(x, dy as tf.Tensor, attrs as unknown as Attrs) }),
});

/** No gradient flows, into any of the inputs. */
const none = (...names: string[]): Config => ({
  inputsToSave: names,
  gradFunc: (_, saved) => Object.fromEntries(names.map((name, i) => [name, () => tf.zeros(saved[i].shape)])),
});

/** dy summed over the axes along which an input of `shape` was repeated. */
function unbroadcast(dy: tf.Tensor, shape: number[]): tf.Tensor {
  const axes = tf.broadcast_util.getReductionAxes(shape, dy.shape);
  return tf.reshape(axes.length > 0 ? tf.sum(dy, axes) : dy, shape);
}

const binary = (partials: (at: { a: tf.Tensor; b: tf.Tensor; dy: tf.Tensor }) => { a: () => tf.Tensor; b: () => tf.Tensor }): Config => ({
  inputsToSave: ['a', 'b'],
  gradFunc: (dy, [a, b]) => {
    const of = partials({ a, b, dy: dy as tf.Tensor });
    return { a: () => unbroadcast(of.a(), a.shape), b: () => unbroadcast(of.b(), b.shape) };
  },
});

const float = (x: tf.Tensor) => tf.cast(x, 'float32');

function extremum(reduce: (x: tf.Tensor, axis: number[], keep: boolean) => tf.Tensor): Config {
  return unary((x, dy, { reductionIndices, axis = reductionIndices }) => {
    const axes = tf.util.parseAxisParam((axis ?? x.shape.map((_, i) => i)) as number[], x.shape);
    const kept = x.shape.map((d, i) => (axes.includes(i) ? 1 : d));
    return tf.mul(tf.reshape(dy, kept), float(tf.equal(x, reduce(x, axes, true))));
  });
}

/** By `by` along an axis, `fill` moving in; backwards if `back`. */
function moved(x: tf.Tensor, axis: number, by: number, back: boolean, fill: number): tf.Tensor {
  const kept = tf.slice(x, x.shape.map((_, i) => (i === axis && back ? by : 0)), x.shape.map((d, i) => (i === axis ? d - by : d)));
  return tf.pad(kept, x.shape.map((_, i): [number, number] => (i !== axis ? [0, 0] : back ? [0, by] : [by, 0])), fill);
}

interface Running {
  axis: number;
  exclusive?: boolean;
  reverse?: boolean;
}

/** Running products in log2(n) passes y <- y moved(y), as the compiler writes them: right with zeros among the factors. -> what each pass began from, the result last */
function cumulativeProducts(x: tf.Tensor, { axis, exclusive = false, reverse = false }: Running): tf.Tensor[] {
  const passes = [exclusive ? moved(x, axis, 1, reverse, 1) : x];
  for (let by = 1; by < x.shape[axis]; by *= 2) passes.push(tf.mul(passes.at(-1)!, moved(passes.at(-1)!, axis, by, reverse, 1)));
  return passes;
}

/** The same passes backwards. */
function cumulativeProductGradient(x: tf.Tensor, dy: tf.Tensor, attrs: Running): tf.Tensor {
  const { axis, exclusive = false, reverse = false } = attrs;
  const passes = cumulativeProducts(x, attrs);
  const d = passes.slice(0, -1).reduceRight((sum, y, pass) => {
    const by = 2 ** pass;
    return tf.add(tf.mul(sum, moved(y, axis, by, reverse, 1)), moved(tf.mul(sum, y), axis, by, !reverse, 0));
  }, dy);
  return exclusive ? moved(d, axis, 1, !reverse, 0) : d;
}

/** dy times the product of the others: of those before and of those after. */
function productGradient(x: tf.Tensor, dy: tf.Tensor, axes: number[]): tf.Tensor {
  const order = [...x.shape.flatMap((_, i) => (axes.includes(i) ? [] : [i])), ...axes];
  const turned = tf.transpose(x, order);
  const flat = tf.reshape(turned, [dy.size, x.size / dy.size]);
  const before = cumulativeProducts(flat, { axis: 1, exclusive: true }).at(-1)!;
  const after = cumulativeProducts(flat, { axis: 1, exclusive: true, reverse: true }).at(-1)!;
  const d = tf.mul(tf.reshape(dy, [dy.size, 1]), tf.mul(before, after));
  return tf.transpose(tf.reshape(d, turned.shape), order.map((_, i) => order.indexOf(i)));
}

/** dy added where each of its elements stood in an x of `shape`. */
const putBack = (dy: tf.Tensor, places: tf.Tensor, shape: number[]) =>
  tf.reshape(tf.unsortedSegmentSum(tf.reshape(dy, [-1]), tf.reshape(places, [-1]) as tf.Tensor1D, tf.util.sizeFromShape(shape)), shape);

/** The gradient of a kernel that only moves elements: it tells where from when it is run on their numbers. */
const moving = (kernel: string): Config =>
  unary((x, dy, attrs) => {
    const numbers = tf.reshape(tf.range(0, x.size, 1, 'int32'), x.shape);
    return putBack(dy, tf.engine().runKernel(kernel, { x: numbers }, attrs as tf.NamedAttrMap) as tf.Tensor, x.shape);
  });

/** The other operands and dy, over all letters but this operand's; repeated along letters that stood in it alone. */
function einsumGradient(equation: string, operands: tf.Tensor[], dy: tf.Tensor, k: number): tf.Tensor {
  const [left, result] = equation.replaceAll(' ', '').split('->');
  const terms = left.split(',');
  const others = terms.filter((_, i) => i !== k);
  const present = Array.from(terms[k]).filter((l) => (result + others.join('')).includes(l));
  const d = einsum(`${[result, ...others].join()}->${present.join('')}`, dy, ...operands.filter((_, i) => i !== k));
  const kept = Array.from(terms[k]).map((l, axis) => (present.includes(l) ? operands[k].shape[axis] : 1));
  return tf.mul(tf.reshape(d, kept), tf.onesLike(operands[k]));
}

const comparisons = ['Equal', 'NotEqual', 'Greater', 'GreaterEqual', 'Less', 'LessEqual', 'LogicalAnd', 'LogicalOr', 'FloorDiv'];

const gradients: Record<string, Config> = {
  ...Object.fromEntries(comparisons.map((name) => [name, none('a', 'b')])),
  LogicalNot: none('x'), All: none('x'), Any: none('x'), IsNan: none('x'), IsInf: none('x'), IsFinite: none('x'), ArgMax: none('x'), ArgMin: none('x'),

  Exp: unary((x, dy) => tf.mul(dy, tf.exp(x))),
  Expm1: unary((x, dy) => tf.mul(dy, tf.exp(x))),
  Sigmoid: unary((x, dy) => { const s = tf.sigmoid(x); return tf.mul(dy, tf.mul(s, tf.sub(1, s))); }),
  Tanh: unary((x, dy) => tf.mul(dy, tf.sub(1, tf.square(tf.tanh(x))))),
  Elu: unary((x, dy) => tf.mul(dy, tf.where(tf.greater(x, 0), tf.onesLike(x), tf.exp(x)))),
  Softmax: unary((x, dy, { dim }) => { const y = tf.softmax(x, dim as number); return tf.mul(y, tf.sub(dy, tf.sum(tf.mul(dy, y), [dim as number], true))); }, 'logits'),
  Max: extremum((x, axes, keep) => tf.max(x, axes, keep)),
  Min: extremum((x, axes, keep) => tf.min(x, axes, keep)),
  /** At a tie the gradient goes to a. */
  Maximum: binary(({ a, b, dy }) => ({ a: () => tf.mul(dy, float(tf.greaterEqual(a, b))), b: () => tf.mul(dy, float(tf.less(a, b))) })),
  Minimum: binary(({ a, b, dy }) => ({ a: () => tf.mul(dy, float(tf.lessEqual(a, b))), b: () => tf.mul(dy, float(tf.greater(a, b))) })),
  /** b a^(b-1) da + a^b log(a) db; no log at a <= 0, where a^b is a step in b */
  Pow: binary(({ a, b, dy }) => ({
    a: () => tf.mul(dy, tf.mul(b, tf.pow(a, tf.sub(b, 1)))),
    b: () => { const base = float(a); const safe = tf.where(tf.greater(base, 0), base, tf.onesLike(base)); return tf.mul(dy, tf.mul(tf.pow(safe, b), tf.log(safe))); },
  })),

  Cumprod: unary((x, dy, { axis, exclusive, reverse }) => cumulativeProductGradient(x, dy, { axis: tf.util.parseAxisParam(axis as number, x.shape)[0], exclusive: exclusive as boolean, reverse: reverse as boolean })),
  Prod: unary((x, dy, { axis }) => productGradient(x, dy, tf.util.parseAxisParam((axis ?? x.shape.map((_, i) => i)) as number[], x.shape))),
  MirrorPad: moving('MirrorPad'),
  StridedSlice: moving('StridedSlice'),
  Diag: unary((x, dy) => tf.reshape(tf.sum(tf.mul(tf.eye(x.size), tf.reshape(dy, [x.size, x.size])), 1), x.shape)),
  GatherNd: {
    inputsToSave: ['params', 'indices'],
    gradFunc: (dy, [params, indices]) => ({ params: () => tf.scatterND(tf.cast(indices, 'int32'), dy as tf.Tensor, params.shape), indices: () => tf.zeros(indices.shape) }),
  },
  ScatterNd: {
    inputsToSave: ['indices'],
    gradFunc: (dy, [indices]) => ({ indices: () => tf.zeros(indices.shape), updates: () => tf.gatherND(dy as tf.Tensor, tf.cast(indices, 'int32')) }),
  },
  // On the CPU backend, tfjs writes the result over the input's own numbers: give it a copy.
  TensorScatterUpdate: {
    inputsToSave: ['tensor', 'indices', 'updates'],
    gradFunc: (dy, [tensor, indices, updates]) => ({
      tensor: () => tf.tensorScatterUpdate(tf.add(dy as tf.Tensor, 0), tf.cast(indices, 'int32'), tf.zerosLike(updates)),
      indices: () => tf.zeros(indices.shape),
      updates: () => tf.reshape(tf.gatherND(dy as tf.Tensor, tf.cast(indices, 'int32')), tensor.rank === 0 ? [] : updates.shape),
    }),
  },
  UnsortedSegmentSum: {
    inputsToSave: ['segmentIds'],
    gradFunc: (dy, [ids]) => ({
      x: () => {
        const inside = tf.greaterEqual(ids, tf.scalar(0, 'int32'));
        const rows = tf.gather(dy as tf.Tensor, tf.maximum(ids, tf.scalar(0, 'int32')) as tf.Tensor1D);
        return tf.mul(rows, tf.reshape(tf.cast(inside, 'float32'), [...ids.shape, ...rows.shape.slice(ids.rank).map(() => 1)]));
      },
      segmentIds: () => tf.zeros(ids.shape),
    }),
  },
  /** (values, indices): the gradient of the values goes to where they stood. */
  TopK: {
    inputsToSave: ['x'],
    outputsToSave: [false, true],
    gradFunc: (dy, [x, indices]) => ({
      x: () => {
        const [n, k] = [x.shape[x.rank - 1], indices.shape[indices.rank - 1]];
        const rows = x.size / n;
        const offsets = tf.reshape(tf.range(0, rows, 1, 'int32'), [rows, 1]);
        const places = tf.reshape(tf.add(tf.mul(offsets, tf.scalar(n, 'int32')), tf.reshape(tf.cast(indices, 'int32'), [rows, k])), [-1]);
        const [values] = dy as unknown as tf.Tensor[];
        return tf.reshape(tf.unsortedSegmentSum(tf.reshape(values, [-1]), places as tf.Tensor1D, x.size), x.shape);
      },
    }),
  },
  /** dw of (x, dy) is linear in both. */
  Conv2DBackpropFilter: {
    inputsToSave: ['x', 'dy'],
    gradFunc: (dw, [x, dy], attrs) => {
      const { filterShape: _, ...conv } = attrs as tf.NamedAttrMap;
      const run = (kernel: string, inputs: tf.NamedTensorMap, more: tf.NamedAttrMap) => tf.engine().runKernel(kernel, inputs, { ...conv, ...more }) as tf.Tensor;
      return {
        x: () => run('Conv2DBackpropInput', { dy, filter: dw as tf.Tensor }, { inputShape: x.shape }),
        dy: () => run('Conv2D', { x, filter: dw as tf.Tensor }, { dilations: 1 }),
      };
    },
  },
};

let mended = false;

/** Registers the gradients with tfjs, once a process and after a backend's package has registered its own; rules of its own that are wrong are replaced. For whoever runs method code eagerly: a compiled step needs none of them. Not mended: tf.logSoftmax, which
 *  keeps its gradient to itself (`logSoftmax` of nn/softmax.ts is right), and second derivatives of LRN, Conv3D and depthwise convolutions, which throw. */
export function mendEagerGradients(): void {
  if (mended) return;
  mended = true;
  registerImageGradients();
  for (const [kernelName, config] of Object.entries(gradients)) tf.registerGradient({ kernelName, ...config });
  tf.registerGradient({
    kernelName: 'Einsum',
    saveAllInputs: true,
    gradFunc: (dy, operands, attrs) => Object.fromEntries(operands.map((_, k) => [k, () => einsumGradient((attrs as unknown as { equation: string }).equation, operands, dy as tf.Tensor, k)])),
  });
}
