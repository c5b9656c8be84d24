/** @file A tfjs backend that records instead of computing: under it, method code builds the IR. */

import * as tf from '@tensorflow/tfjs-core';
import type { Dtype } from '../compiled';
import type { Builder } from '../ir/builder';
import type { Op, OpAttrs, Value } from '../ir/op';
import { TraceError } from './trace-error';

interface Entry {
  shape: number[];
  dtype: Dtype;
  /** Numbers written by method code: a constant once it is used. */
  host?: ArrayLike<number>;
  value?: Value;
}

export const backendName = 'trace';

/** tfjs' key for a tensor's data. */
type DataId = tf.DataId;

export class TraceBackend extends tf.KernelBackend {
  private readonly entries = new WeakMap<DataId, Entry>();
  private current: Builder | undefined;
  private readonly numbers = new WeakMap<Builder, Map<object, number>>();

  /** Records into `builder` while `f` runs. */
  recordInto<T>(builder: Builder, f: () => T): T {
    if (this.current) throw new Error('internal: tracing inside a trace');
    this.current = builder;
    try {
      return f();
    } finally {
      this.current = undefined;
    }
  }

  get builder(): Builder {
    if (!this.current) throw new Error('internal: a traced op outside of a trace');
    return this.current;
  }

  /** A number for an object of method code, the same in each trace of the same code. */
  numberOf(key: object): number {
    const known = this.numbers.get(this.builder) ?? new Map<object, number>();
    this.numbers.set(this.builder, known.set(key, known.get(key) ?? known.size));
    return known.get(key)!;
  }

  /** The IR value of a tensor. */
  valueFor({ dataId, shape }: tf.TensorInfo): Value {
    const entry = this.entries.get(dataId);
    if (!entry) throw new TraceError('a tensor of another backend', 'make tensors inside the traced function, or pass them as inputs');
    if (!entry.value) {
      const host = entry.host!;
      entry.value = this.builder.constant(entry.dtype === 'float32' ? Float32Array.from(host) : Int32Array.from(host, Number), entry.shape, entry.dtype);
    }
    return this.builder.reshape(entry.value, shape);
  }

  /** A tensor that stands for a value. */
  infoOf(value: Value): tf.TensorInfo {
    const { shape, dtype } = value;
    if (dtype === 'uint8') throw new Error('internal: levels become floats before a loss sees them');
    return { dataId: this.newId({ shape, dtype, value }), shape, dtype };
  }

  tensorOf<T extends tf.Tensor = tf.Tensor>(value: Value): T {
    return tf.engine().makeTensorFromTensorInfo(this.infoOf(value)) as T;
  }

  record<K extends Op>(op: K, inputs: readonly tf.TensorInfo[], attrs: OpAttrs[K]): tf.TensorInfo {
    return this.infoOf(this.builder.op(op, inputs.map((x) => this.valueFor(x)), attrs));
  }

  override write(values: tf.backend_util.BackendValues, shape: number[], dtype: tf.DataType): DataId {
    return this.newId({ shape, dtype: dtypeOf(dtype), host: values as ArrayLike<number> });
  }

  override move(dataId: DataId, values: tf.backend_util.BackendValues, shape: number[], dtype: tf.DataType): void {
    this.entries.set(dataId, { shape, dtype: dtypeOf(dtype), host: values as ArrayLike<number> });
  }

  /** Host numbers can be read; what a traced op gives has no value yet. */
  override readSync(dataId: DataId): tf.backend_util.BackendValues {
    const entry = this.entries.get(dataId);
    if (!entry?.host) throw new TraceError(`the value of ${entry?.value ? entry.value.op : 'a tensor'} was read while tracing`, 'write control flow on tensor values with tf.where');
    return entry.host as tf.backend_util.BackendValues;
  }

  override read(dataId: DataId): Promise<tf.backend_util.BackendValues> {
    return Promise.resolve(this.readSync(dataId));
  }

  override disposeData = (): boolean => true;
  override incRef(): void {}
  decRef(): void {}
  override refCount = (): number => 1;
  override numDataIds = (): number => 0;
  override floatPrecision = (): 16 | 32 => 32;
  override epsilon = (): number => 1e-7;
  override timerAvailable = (): boolean => false;
  override memory = () => ({ unreliable: true });
  override dispose(): void {}

  private newId(entry: Entry): DataId {
    const id: DataId = {};
    this.entries.set(id, entry);
    return id;
  }
}

function dtypeOf(dtype: tf.DataType): Dtype {
  if (dtype === 'float32' || dtype === 'int32' || dtype === 'bool') return dtype;
  throw new TraceError(`a tensor of type ${dtype}`, 'use float32, int32 or bool');
}
