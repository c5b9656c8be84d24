/** @file What a training step is compiled from: one loss or several players' losses, teachers, noise; and a method with its config as such. */

import type * as tf from '@tensorflow/tfjs-core';
import type { ImageShape, LossResult, Method, NoiseSpec, Tensors, Time } from '../methods/method';
import type { OptimiserConfig } from '../nn/optimisers/optimise';
import type { Params } from '../nn/params';
import { trainingConfig } from '../nn/training';

export type SourceLoss = (params: Params, batch: { x: tf.Tensor4D }, noise: Tensors, time: Time) => LossResult;

interface Common {
  /** [B, H, W, C] */
  batchShape: number[];
  /** What a step is fed: levels, which losses see as level / 255, or floats, which they see as they are. Floats when absent. */
  batchDtype?: 'uint8' | 'float32';
  noise: Record<string, NoiseSpec>;
  /** float16: products and convolutions compute in it, and the loss is scaled. float32 when absent. */
  precision?: 'float32' | 'float16';
  /** By scope. */
  teachers?: Record<string, { of: string; momentum(time: Time): tf.Scalar | number }>;
}

export interface OneLossSource extends Common {
  loss: SourceLoss;
  optimiser: OptimiserConfig;
  players?: undefined;
}

export interface PlayerSource {
  scopes: readonly string[];
  loss: SourceLoss;
  optimiser: OptimiserConfig;
  /** Of the learning rate; 1 when absent. */
  rate?: number;
  /** Steps from one move to the next; 1 when absent. */
  every?: number;
}

export interface PlayersSource extends Common {
  players: Record<string, PlayerSource>;
  moves: 'in turn' | 'together';
}

export type StepSource = OneLossSource | PlayersSource;

/** A player by name; the one of a single loss has the name ''. */
export type NamedPlayer = PlayerSource & { name: string };

/** Players that move from the same parameters, turn by turn. */
export function turnsOf(source: StepSource): NamedPlayer[][] {
  if (!source.players) return [[{ name: '', scopes: [''], loss: source.loss, optimiser: source.optimiser }]];
  const players = Object.entries(source.players).map(([name, player]) => ({ ...player, name }));
  return source.moves === 'together' ? [players] : players.map((player) => [player]);
}

/** `config` as the method's own schema gives it. */
export function stepSource(method: Method, config: Record<string, unknown>, data: ImageShape): StepSource {
  const training = trainingConfig.parse(config);
  const batch = training.batchSize;
  const common: Common = {
    batchShape: [batch, data.height, data.width, data.channels],
    batchDtype: 'uint8',
    precision: training.precision,
    noise: method.noise(config, data, batch),
    ...(method.teachers && { teachers: Object.fromEntries(Object.entries(method.teachers).map(([scope, { of, momentum }]) => [scope, { of, momentum: (time: Time) => momentum(config, time) }])) }),
  };
  if (method.loss) {
    const { loss } = method;
    return { ...common, optimiser: training, loss: (params, input, noise, time) => loss(params, input, noise, config, data, time) };
  }
  const players = Object.entries(method.players).map(([name, { scopes, loss, training: differs }]): [string, PlayerSource] => {
    const { rate, every, ...own } = differs?.(config) ?? {};
    return [name, { scopes, rate, every, optimiser: { ...training, ...own }, loss: (params, input, noise, time) => loss(params, input, noise, config, data, time) }];
  });
  return { ...common, players: Object.fromEntries(players), moves: method.moves };
}
