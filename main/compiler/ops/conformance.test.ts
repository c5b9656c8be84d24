/** @file Every op, every case, on every device: values and first derivatives against eager tfjs, second derivatives against differences. */

import { describe, expect, it } from 'vitest';
import { engineDevices } from '../../../e2e/harness/devices';
import { randomStream } from '../../platform/random';
import type { Op, OpRule } from '../ir/op';
import { sizeOf } from '../ir/shapes';
import { compiledGradients, compiledSecond, dot, drawOperands, eagerDirectional, eagerGradients, eagerValue, isFloat, moveAlong, runGraph, worstError } from '../../../e2e/harness/conformance';
import { ops } from './registry';

const leaves = ['input', 'constant'];
const computing = (Object.keys(ops) as Op[]).filter((op) => !leaves.includes(op));
/** With a kink or a step, where differences of a gradient mean nothing, or of whole numbers. */
const kinked = new Set<Op>(['abs', 'sign', 'floor', 'relu', 'reluGrad', 'maximum', 'minimum', 'max', 'min', 'greater', 'greaterEqual', 'less', 'lessEqual', 'equal', 'logicalAnd', 'logicalOr', 'logicalNot', 'oneHot', 'cast']);

const normal = (length: number, stream: string) => {
  const out = new Float32Array(length);
  randomStream(11, stream, 1).fillNormal(out);
  return out;
};

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
      expect(worstError(y.data, eagerValue(rule, operands, attrs)), 'value').toBeLessThan(1e-4);

      const castToWhole = op === 'cast' && (attrs as { to: string }).to === 'int32'; // tfjs passes a gradient through; the derivative is zero
      if (!operands.some(isFloat) || op === 'stopGradient' || castToWhole) return;
      const w = normal(sizeOf(y.shape), 'w');
      const vs = operands.filter(isFloat).map((x, k) => normal(x.data.length, `v${k}`));
      const compiled = await compiledGradients(device, op, operands, attrs, w);
      const eager = eagerGradients(rule, operands, attrs, w);
      if (eager) eager.forEach((expected, k) => expect(worstError(compiled[k], expected), `gradient ${k}`).toBeLessThan(1e-3));
      else {
        const numeric = eagerDirectional(rule, operands, attrs, w, vs, 0.1);
        expect(Math.abs(dot(compiled, vs) - numeric) / (1 + Math.abs(numeric)), `gradient along a direction: ${dot(compiled, vs)} for ${numeric}`).toBeLessThan(1e-3);
      }

      if (kinked.has(op) || device !== 'cpu') return;
      const second = await compiledSecond(device, op, operands, attrs, w, vs);
      // <v, H v> against (<v, grad(x + h v)> - <v, grad(x - h v)>) / 2h
      const h = 1e-2;
      const along = async (by: number) => dot(await compiledGradients(device, op, moveAlong(operands, vs, by), attrs, w), vs);
      const numeric = ((await along(h)) - (await along(-h))) / (2 * h);
      const analytic = dot(second, vs);
      expect(Math.abs(numeric - analytic) / (1 + Math.abs(analytic)), `second derivative: ${analytic} for ${numeric}`).toBeLessThan(3e-2);
    });
  });
});
