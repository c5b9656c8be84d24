/** @file A run's graph with the weights it had at an earlier training step: its parameters are initializers named param/NAME. */

import { LabError } from '../../preload/contract/errors';
import { replaceInitializers } from '../compiler/emit/onnx';
import type { Weights } from '../runs/weights';

const prefix = 'param/';
/** Where a snapshot has a weight, the averaged one first. */
const kinds = ['ema', 'param', 'teacher', 'state'];

/** The averaged weights where the snapshot has them, as in the run's own graphs. @throws LabError 'checkpoint-mismatch' for a parameter that the snapshot lacks or has in another shape */
export function withWeights(onnx: Uint8Array, snapshot: ReadonlyMap<string, Weights>): Uint8Array {
  return replaceInitializers(onnx, (name, dims) => {
    if (!name.startsWith(prefix)) return undefined;
    const weights = kinds.map((kind) => snapshot.get(`${kind}/${name.slice(prefix.length)}`)).find((found) => found !== undefined);
    const expected = `[${dims.join(', ')}]`;
    const got = weights ? `[${weights.shape.join(', ')}]` : '-';
    if (!weights || got !== expected) throw new LabError('checkpoint-mismatch', { name, expected, got });
    return weights.data;
  });
}
