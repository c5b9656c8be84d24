/** @file A run's graph with the weights it had at an earlier training step: its parameters are initializers named param/NAME. */

import { LabError } from '../../preload/contract/errors';
import { replaceInitializers } from '../compiler/emit/onnx';
import type { Weights } from '../runs/weights';

const prefix = 'param/';

/** The averaged weights where the snapshot has them, as in the run's own graphs. @throws LabError 'checkpoint-mismatch' for a parameter that the snapshot lacks or has in another shape */
export function withWeights(onnx: Uint8Array, snapshot: ReadonlyMap<string, Weights>): Uint8Array {
  return replaceInitializers(onnx, (name, dims) => {
    if (!name.startsWith(prefix)) return undefined;
    const weights = snapshot.get(`ema/${name.slice(prefix.length)}`) ?? snapshot.get(name);
    const expected = `[${dims.join(', ')}]`;
    const got = weights ? `[${weights.shape.join(', ')}]` : '-';
    if (!weights || got !== expected) throw new LabError('checkpoint-mismatch', { name, expected, got });
    return weights.data;
  });
}
