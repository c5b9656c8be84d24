/** @file The noise of a training step: a function of (seed, name, step) alone, drawn into reused buffers. */

import type { NoiseSpec } from '../methods/method';
import { randomStream } from '../platform/random';
import type { HostTensor } from '../runtime/step-runner-types';

/** -> the noise of step `step` by name. The arrays are overwritten by the next draw. Throws RangeError for integers without `below`. */
export function noiseSource(specs: Readonly<Record<string, NoiseSpec>>, seed: number): (step: number) => Record<string, HostTensor> {
  const buffers: Record<string, HostTensor> = {};
  for (const [name, { shape, dist, below }] of Object.entries(specs)) {
    const size = shape.reduce((product, length) => product * length, 1);
    if (dist === 'integers' && below === undefined) throw new RangeError(`noise ${name}: integers need a bound`);
    buffers[name] = dist === 'integers' ? new Int32Array(size) : new Float32Array(size);
  }
  return (step) => {
    for (const [name, { dist, below }] of Object.entries(specs)) {
      const stream = randomStream(seed, `noise/${name}`, step);
      const buffer = buffers[name];
      if (buffer instanceof Int32Array) stream.fillIntegers(buffer, below as number);
      else if (dist === 'normal') stream.fillNormal(buffer);
      else stream.fillUniform(buffer);
    }
    return buffers;
  };
}
