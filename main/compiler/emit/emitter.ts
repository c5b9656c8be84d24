/** @file Where lowering rules write their ONNX nodes. */

import type { Dtype } from '../compiled';
import { range } from '../ir/shapes';
import { dataType, type AttributeValue, type Initializer, type Model, type OnnxDtype } from './onnx';
import type { Target } from './target';

const floatAttributes = new Set(['epsilon', 'alpha', 'beta']);

export class Emitter {
  readonly model: Model = { nodes: [], initializers: [], inputs: [], outputs: [], metadata: {} };
  private nextName = 0;
  private readonly layerNorms = new Map<string, { normalized: string; inverseStd: string }>();

  /** While a rule writes in float16. */
  private inHalf = false;
  /** float32 values by what they are in float16, and the other way round: casts are written once, and there and back is nothing. */
  private readonly halves = new Map<string, string>();
  /** Values of float32 among those of a rule that writes in float16: sums. */
  private readonly singles = new Set<string>();

  constructor(readonly target: Target) {}

  /** What a rule writes, between casts: it sees its inputs, float32, as float16. Sums over images or positions inside it are taken in float32. -> float32 */
  computeInHalf(inputs: readonly string[], write: (inputs: string[]) => string): string {
    const halved = inputs.map((x) => {
      const known = this.halves.get(x) ?? this.node('Cast', [x], { to: dataType.float16 });
      this.halves.set(x, known);
      return known;
    });
    this.inHalf = true;
    const y = write(halved);
    this.inHalf = false;
    if (this.singles.has(y)) return y;
    const single = this.cast(y, 'float32');
    this.halves.set(single, y);
    return single;
  }

  /** Adds a node with one output. '' is an input left out. -> the output's name */
  node(opType: string, inputs: string[], attributes: Record<string, number | string | number[]> = {}, domain?: string): string {
    return this.nodes(opType, inputs, attributes, 1, domain)[0];
  }

  nodes(opType: string, inputs: string[], attributes: Record<string, number | string | number[]>, outputCount: number, domain?: string): string[] {
    const outputs = range(outputCount).map(() => this.name('t'));
    if (this.inHalf) {
      if (opType === 'ReduceSum' && !this.singles.has(inputs[0])) inputs = [this.castAside(inputs[0]), ...inputs.slice(1)];
      if (inputs.some((x) => this.singles.has(x))) outputs.forEach((y) => this.singles.add(y));
    }
    const typed: Record<string, AttributeValue> = {};
    for (const [key, x] of Object.entries(attributes)) typed[key] = typeof x === 'number' && floatAttributes.has(key) ? { float: x } : x;
    this.model.nodes.push({ opType, inputs, outputs, attributes: typed, domain });
    return outputs;
  }

  i64 = (list: number[]): string => this.initializer('int64', [list.length], new Uint8Array(BigInt64Array.from(list, BigInt).buffer));
  ints = (list: number[]): string => this.initializer('int32', [list.length], new Uint8Array(Int32Array.from(list).buffer));
  floats = (list: number[]): string => this.initializer('float32', [list.length], new Uint8Array(Float32Array.from(list).buffer));
  index = (i: number): string => this.initializer('int64', [], new Uint8Array(BigInt64Array.of(BigInt(i)).buffer));
  f32 = (x: number): string => this.initializer('float32', [], new Uint8Array(Float32Array.of(x).buffer));
  scalar = (x: number, dtype: Dtype): string => this.constant(dtype === 'float32' ? Float32Array.of(x) : Int32Array.of(x), [], dtype);

  constant(data: Float32Array | Int32Array, shape: number[], dtype: Dtype): string {
    const typed = dtype === 'bool' ? Uint8Array.from(data) : data;
    return this.initializer(dtype, shape, new Uint8Array(typed.buffer.slice(typed.byteOffset, typed.byteOffset + typed.byteLength)));
  }

  cast = (x: string, to: Dtype): string => this.node('Cast', [x], { to: dataType[to] });

  /** float32 zeros, not stored. */
  zeros = (shape: number[]): string => this.node('ConstantOfShape', [this.i64(shape)]);

  /** Over the last axis of length `size`: one node gives both what is normalised and 1 / std. */
  layerNormalization(x: string, size: number, epsilon: number): { normalized: string; inverseStd: string } {
    const key = `${x} ${epsilon}`;
    let known = this.layerNorms.get(key);
    if (!known) {
      const [normalized, , inverseStd] = this.nodes('LayerNormalization', [x, this.floats(new Array<number>(size).fill(1))], { axis: -1, epsilon }, 3);
      this.layerNorms.set(key, (known = { normalized, inverseStd }));
    }
    return known;
  }

  /** Product of stacks of matrices, the transposition inside the product where the provider can. */
  batchedProduct({ a, b, transposeA, transposeB, rank }: { a: string; b: string; transposeA: boolean; transposeB: boolean; rank: number }): string {
    if (this.target.ops.has('FusedMatMul')) return this.node('FusedMatMul', [a, b], { transA: transposeA ? 1 : 0, transB: transposeB ? 1 : 0 }, 'com.microsoft');
    const perm = range(rank);
    [perm[rank - 1], perm[rank - 2]] = [rank - 2, rank - 1];
    const turned = (x: string, turn: boolean) => (turn ? this.node('Transpose', [x], { perm }) : x);
    return this.node('MatMul', [turned(a, transposeA), turned(b, transposeB)]);
  }

  private castAside(x: string): string {
    this.inHalf = false;
    const single = this.cast(x, 'float32');
    this.inHalf = true;
    this.singles.add(single);
    return single;
  }

  private initializer(dtype: OnnxDtype, dims: number[], bytes: Uint8Array): string {
    const init: Initializer = { name: this.name('c'), dims, dtype, bytes };
    this.model.initializers.push(init);
    return init.name;
  }

  private name = (prefix: string): string => `${prefix}${this.nextName++}`;
}
