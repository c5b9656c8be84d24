/** @file The one list of ops. An op of `OpAttrs` without its rule is a type error here. */

import type { Op, OpRule } from '../ir/op';
import { activations } from './activations';
import { checkpointing } from './checkpointing';
import { convolutions } from './convolutions';
import { elementwise } from './elementwise';
import { indexing } from './indexing';
import { leaves } from './leaves';
import { pooling } from './pooling';
import { products } from './products';
import { reductions } from './reductions';
import { resampling } from './resampling';
import { rounding } from './rounding';
import { selection } from './selection';
import { shaping } from './shaping';
import { softmax } from './softmax';
import { trigonometry } from './trigonometry';

export const ops: { [K in Op]: OpRule<K> } = {
  ...leaves, ...elementwise, ...activations, ...trigonometry, ...rounding, ...checkpointing, ...shaping, ...reductions, ...softmax, ...selection,
  ...products, ...convolutions, ...pooling, ...resampling, ...indexing,
};
