/** @file Parameters by dotted name. A network asks for them where it uses them: the first trace thereby lists them. */

import type * as tf from '@tensorflow/tfjs-core';

/** How a parameter starts; limits and deviations follow from the fans (Glorot 2010, He 2015). */
export type Init =
  | { kind: 'zeros' }
  | { kind: 'ones' }
  | { kind: 'constant'; value: number }
  | { kind: 'normal'; stddev: number }
  | { kind: 'uniform'; limit: number };

export interface ParamSpec {
  /** Dotted scopes of the network: 'encoder.0.weight'. */
  name: string;
  shape: number[];
  init: Init;
}

/** Where state comes from and, while training, goes to. */
export interface StateStore {
  read(spec: ParamSpec): tf.Tensor;
  /** Absent in the graphs of a trained model. */
  write?(name: string, next: tf.Tensor): void;
}

export class Params {
  /** `read` gives the tensor of a spec: a traced input, or a value in eager tfjs; of state as well where there is no store for it. */
  constructor(
    private readonly read: (spec: ParamSpec) => tf.Tensor,
    private readonly store: StateStore = { read },
    private readonly prefix = '',
  ) {}

  scope(name: string | number): Params {
    return new Params(this.read, this.store, `${this.prefix}${name}.`);
  }

  get<T extends tf.Tensor = tf.Tensor>(name: string, shape: number[], init: Init): T {
    return this.read({ name: this.prefix + name, shape, init }) as T;
  }

  /** Whether this is a step of training, which keeps state, or a trained model at work. */
  get training(): boolean {
    return this.store.write !== undefined;
  }

  /** A tensor that no gradient moves and that steps carry along: running averages, DINO's centre, a codebook by averages. Its value is the one last kept. */
  state<T extends tf.Tensor = tf.Tensor>(name: string, shape: number[], init: Init): T {
    return this.store.read({ name: this.prefix + name, shape, init }) as T;
  }

  /** The state's next value, of its shape; no gradient flows through it. Outside of training nothing is kept. */
  keep(name: string, next: tf.Tensor): void {
    this.store.write?.(this.prefix + name, next);
  }
}

/** He et al. 2015, for ReLU and its kin: uniform with variance 2 / fanIn. */
export const heUniform = (fanIn: number): Init => ({ kind: 'uniform', limit: Math.sqrt(6 / fanIn) });

/** Glorot & Bengio 2010: uniform with variance 2 / (fanIn + fanOut). */
export const glorotUniform = (fanIn: number, fanOut: number): Init => ({ kind: 'uniform', limit: Math.sqrt(6 / (fanIn + fanOut)) });

export const zeros: Init = { kind: 'zeros' };
export const ones: Init = { kind: 'ones' };
