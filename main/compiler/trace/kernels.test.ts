/** @file Every kernel that can be traced, through every pass, on every device: values, first and second derivatives against eager tfjs in double precision. */

import { describe, expect, it } from 'vitest';
import { drawOperands, isFloat, worstError } from '../../../e2e/harness/conformance';
import { engineDevices } from '../../../e2e/harness/devices';
import { kernelCases } from '../../../e2e/harness/kernel-cases';
import { compiledDifferences, eagerDifferences } from '../../../e2e/harness/traced';
import { randomStream } from '../../platform/random';
import { kernelRows } from './kernels';

/** Of |a - b| / (1 + |b|). */
const tolerance = { value: 1e-4, first: 1e-3, second: 3e-3 };

const normal = (length: number, stream: string) => {
  const out = new Float32Array(length);
  randomStream(13, stream, 1).fillNormal(out);
  return out;
};
const errorOf = (got: number, expected: number) => Math.abs(got - expected) / (1 + Math.abs(expected));

it('each kernel has a case, and each case a kernel', () => {
  expect(Object.keys(kernelCases).sort()).toEqual(Object.keys(kernelRows).sort());
});

describe.each(engineDevices())('on %s', (device) => {
  it.each(Object.entries(kernelCases).flatMap(([kernel, cases]) => cases.map((c, i) => [kernel, i, c] as const)))('%s, case %i', async (kernel, i, { inputs, f }) => {
    const operands = drawOperands(`${kernel}/${i}`, inputs);
    const vs = operands.filter(isFloat).map((x, k) => normal(x.data.length, `${kernel}/v${k}`));
    const w = (size: number) => normal(size, `${kernel}/w`);
    const got = await compiledDifferences(device, operands, f, w, vs);
    const expected = eagerDifferences(operands, f, w(got.value.length), vs);
    expect(worstError(got.value, expected.value), `value ${got.value.slice(0, 8)} for ${expected.value.slice(0, 8)}`).toBeLessThan(tolerance.value);
    if (vs.length === 0) return;
    expect(errorOf(got.first, expected.first), `first derivative ${got.first} for ${expected.first}`).toBeLessThan(tolerance.first);
    expect(errorOf(got.second, expected.second), `second derivative ${got.second} for ${expected.second}`).toBeLessThan(tolerance.second);
  });
});
