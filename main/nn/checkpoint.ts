/** @file Gradient checkpointing: memory for time. */

import * as tf from '@tensorflow/tfjs-core';

/**
 * f, whose inner values are not kept for the backward pass but computed anew in it (Chen et al. 2016): a chain of such blocks needs the memory of
 * its blocks' inputs and of one block. Values and gradients are the same; a step takes up to a third longer. What f uses besides its arguments
 * (parameters, say) is kept as it is. In eager tfjs it is f.
 */
export function checkpoint<Inputs extends tf.Tensor[], Output extends tf.Tensor>(f: (...xs: Inputs) => Output): (...xs: Inputs) => Output {
  return (...xs) => {
    if (!tf.getKernel('CheckpointIn', tf.getBackend())) return f(...xs);
    // Entries and exit of one call belong together by this object.
    const attrs = { region: {} } as unknown as tf.NamedAttrMap;
    const inside = xs.map((x) => tf.engine().runKernel('CheckpointIn', { x }, attrs)) as Inputs;
    return tf.engine().runKernel('CheckpointOut', { x: f(...inside) }, attrs) as Output;
  };
}
