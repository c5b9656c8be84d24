/** @file Every op, every case, on every device: values and first derivatives against eager tfjs, first and second derivatives against differences in double precision. */

import { describe, expect, it } from 'vitest';
import { engineDevices } from '../../../e2e/harness/devices';
import { randomStream } from '../../platform/random';
import type { Op, OpRule } from '../ir/op';
import { sizeOf } from '../ir/shapes';
import { compiledGradients, compiledSecond, dot, drawOperands, eagerGradients, eagerValue, eagerWholes, isFloat, pretending, referenceDifferences, runGraph, tolerance, worstError } from '../../../e2e/harness/conformance';
import { ops } from './registry';

const leaves = ['input', 'constant'];
const computing = (Object.keys(ops) as Op[]).filter((op) => !leaves.includes(op));
const normal = (length: number, stream: string) => {
  const out = new Float32Array(length);
  randomStream(11, stream, 1).fillNormal(out);
  return out;
};

const errorOf = (got: number, expected: number) => Math.abs(got - expected) / (1 + Math.abs(expected));

it('has a case for every op', () => {
  expect(computing.filter((op) => ops[op].cases.length === 0)).toEqual([]);
});

describe.each(engineDevices())('on %s', (device) => {
  describe.each(computing)('%s', (op) => {
    const rule = ops[op] as OpRule<Op>;
    it.each(rule.cases.map((c, i) => [i, JSON.stringify(c)] as const))('case %i: %s', async (i) => {
      const { inputs, attrs } = rule.cases[i] as { inputs: never[]; attrs: never };
      const operands = drawOperands(op, inputs);
      const { y } = await runGraph(device, operands, (g, xs) => ({ y: g.op(op, xs, attrs) }));
      expect(worstError(y.data, eagerValue(rule, operands, attrs)), 'value').toBeLessThan(tolerance.value);

      if (rule.shape(operands, attrs).dtype === 'int32') {
        // What comes back from a graph are floats: whole numbers are compared inside, to the last digit.
        const wholes = eagerWholes(rule, operands, attrs);
        const { equal } = await runGraph(device, operands, (g, xs) => { const v = g.op(op, xs, attrs); return { equal: g.equal(v, g.constant(wholes, v.shape, 'int32')) }; });
        expect(equal.data.every((e) => e === 1), `whole numbers ${wholes}`).toBe(true);
      }
      const castToWhole = op === 'cast' && (attrs as { to: string }).to === 'int32'; // tfjs passes a gradient through; the derivative is zero
      if (!operands.some(isFloat) || op === 'stopGradient' || castToWhole) return;
      const w = normal(sizeOf(y.shape), 'w');
      const vs = operands.filter(isFloat).map((x, k) => normal(x.data.length, `v${k}`));
      const compiled = await compiledGradients(device, op, operands, attrs, w);
      eagerGradients(rule, operands, attrs, w)?.forEach((expected, k) => expect(worstError(compiled[k], expected), `gradient ${k}`).toBeLessThan(tolerance.first));
      if (pretending.has(op)) return;
      const expected = referenceDifferences(rule, operands, attrs, w, vs);
      const first = dot(compiled, vs);
      expect(errorOf(first, expected.first), `gradient along a direction: ${first} for ${expected.first}`).toBeLessThan(tolerance.first);
      const second = dot(await compiledSecond(device, op, operands, attrs, w, vs), vs);
      expect(errorOf(second, expected.second), `second derivative along a direction: ${second} for ${expected.second}`).toBeLessThan(tolerance.second);
    });
  });
});
