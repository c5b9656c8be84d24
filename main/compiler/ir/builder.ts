/** @file Builds IR values. Equal pure expressions become one value (common subexpressions), and what is known while building is simplified. */

import type { ComputedDtype, Dtype } from '../compiled';
import { ops } from '../ops/registry';
import type { Op, OpAttrs, Value } from './op';
import { simplify } from './simplify';
import { broadcastShapes, reducedShape, sameShape, sizeOf } from './shapes';

/** Host values of constants, by key. int32 and bool are kept as Int32Array. */
export type ConstantData = Float32Array | Int32Array;

export class Builder {
  private readonly known = new Map<string, Value>();
  readonly constants = new Map<string, ConstantData>();
  private nextId = 0;

  input(name: string, shape: number[], dtype: Dtype = 'float32'): Value<'input'> {
    return this.intern('input', [], { name }, { shape, dtype });
  }

  constant(data: ConstantData, shape: number[], dtype: Dtype = 'float32'): Value {
    const uniform = data.length > 0 && data.every((x) => x === data[0]);
    if (uniform && data.length > 1) return this.op('broadcastTo', [this.constant(data.slice(0, 1), [], dtype)], { shape });
    const key = constantKey(data, shape, dtype);
    this.constants.set(key, data);
    return this.intern('constant', [], { key }, { shape, dtype });
  }

  scalar(x: number, dtype: Dtype = 'float32'): Value {
    return this.constant(dtype === 'float32' ? Float32Array.of(x) : Int32Array.of(x), [], dtype);
  }

  /** The number that a value is everywhere, where it is a constant scalar or its broadcast. */
  numberOf(value: Value): number | undefined {
    if (value.op === 'broadcastTo' || value.op === 'reshape') return this.numberOf(value.inputs[0]);
    if (value.op !== 'constant' || sizeOf(value.shape) !== 1) return undefined;
    return this.constants.get((value as Value<'constant'>).attrs.key)?.[0];
  }

  op<K extends Op>(op: K, inputs: readonly Value[], attrs: OpAttrs[K]): Value {
    const simpler = simplify(this, op, inputs, attrs);
    if (simpler) return simpler;
    return this.intern(op, inputs, attrs, ops[op].shape(inputs, attrs));
  }

  private intern<K extends Op>(op: K, inputs: readonly Value[], attrs: OpAttrs[K], { shape, dtype }: { shape: number[]; dtype: Dtype }): Value<K> {
    const key = `${op}|${inputs.map((v) => v.id).join()}|${JSON.stringify(attrs, (_, x) => (typeof x === 'number' && !Number.isFinite(x) ? String(x) : x))}`;
    const known = this.known.get(key);
    if (known) return known as Value<K>;
    const value: Value<K> = { id: this.nextId++, op, inputs, attrs, shape, dtype };
    this.known.set(key, value);
    return value;
  }

  // The words that rules are written in.
  add = (a: Value, b: Value | number) => this.op('add', [a, this.lift(b, a)], {});
  sub = (a: Value | number, b: Value | number) => this.op('sub', typeof a === 'number' ? [this.lift(a, b as Value), b as Value] : [a, this.lift(b, a)], {});
  mul = (a: Value, b: Value | number) => this.op('mul', [a, this.lift(b, a)], {});
  div = (a: Value | number, b: Value | number) => this.op('div', typeof a === 'number' ? [this.lift(a, b as Value), b as Value] : [a, this.lift(b, a)], {});
  neg = (x: Value) => this.op('neg', [x], {});
  exp = (x: Value) => this.op('exp', [x], {});
  log = (x: Value) => this.op('log', [x], {});
  pow = (a: Value, b: Value) => this.op('pow', [a, b], {});
  sigmoid = (x: Value) => this.op('sigmoid', [x], {});
  reciprocal = (x: Value) => this.op('reciprocal', [x], {});
  greater = (a: Value, b: Value | number) => this.op('greater', [a, this.lift(b, a)], {});
  less = (a: Value, b: Value | number) => this.op('less', [a, this.lift(b, a)], {});
  equal = (a: Value, b: Value) => this.op('equal', [a, b], {});
  where = (condition: Value, a: Value, b: Value) => this.op('where', [condition, a, b], {});
  cast = (x: Value, to: ComputedDtype) => this.op('cast', [x], { to });
  reshape = (x: Value, shape: number[]) => this.op('reshape', [x], { shape });
  transpose = (x: Value, perm: number[]) => this.op('transpose', [x], { perm });
  broadcastTo = (x: Value, shape: number[]) => this.op('broadcastTo', [x], { shape });
  slice = (x: Value, begin: number[], size: number[]) => this.op('slice', [x], { begin, size });
  sum = (x: Value, axes: number[], keepDims = false) => this.op('sum', [x], { axes, keepDims });
  mean = (x: Value, axes: number[], keepDims = false) => this.op('mean', [x], { axes, keepDims });
  matMul = (a: Value, b: Value, transposeA = false, transposeB = false) => this.op('matMul', [a, b], { transposeA, transposeB });
  zerosLike = (x: Value) => this.broadcastTo(this.scalar(0, x.dtype), x.shape);

  /** dy summed over the axes along which an input of `shape` was repeated. */
  unbroadcast(dy: Value, shape: number[]): Value {
    if (sameShape(dy.shape, shape)) return dy;
    const lead = dy.shape.length - shape.length;
    const axes = dy.shape.flatMap((d, i) => (i < lead || (shape[i - lead] === 1 && d !== 1) ? [i] : []));
    return this.reshape(this.sum(dy, axes), shape);
  }

  /** dy of a reduction, repeated to the shape that was reduced. */
  unreduce(dy: Value, shape: number[], axes: number[]): Value {
    return this.broadcastTo(this.reshape(dy, reducedShape(shape, axes, true)), shape);
  }

  broadcastShape = (a: Value, b: Value) => broadcastShapes(a.shape, b.shape);

  private lift(x: Value | number, like: Value): Value {
    return typeof x === 'number' ? this.scalar(x, like.dtype) : x;
  }
}

function constantKey(data: ConstantData, shape: number[], dtype: Dtype): string {
  if (data.length <= 16) return `${dtype}[${shape}]:${data.join()}`;
  let hash = 0x811c9dc5;
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  let second = 0;
  for (const byte of bytes) {
    hash = Math.imul(hash ^ byte, 0x01000193);
    second = (Math.imul(second, 31) + byte) | 0;
  }
  return `${dtype}[${shape}]#${(hash >>> 0).toString(16)}${(second >>> 0).toString(16)}`;
}
