/** @file What rounds, divides with a remainder, or tells finite numbers from others. */

import type { Emitter } from '../emit/emitter';
import type { CaseInput, OpFamily, Rule, None } from '../ir/op';
import { either } from '../lower/logic';
import { binary, broadcasts, same, unary } from './pointwise';

const wholes = (from: number, below: number): { inputs: CaseInput[]; attrs: None }[] =>
  broadcasts.slice(0, 2).map(([a, b]) => ({ inputs: [{ shape: a, dtype: 'int32', from: -20, below: 41 }, { shape: b, dtype: 'int32', from, below }], attrs: {} }));

const withWholes = (rule: Rule<None>): Rule<None> => ({ ...rule, cases: [...rule.cases, ...wholes(1, 6), ...wholes(-6, 6)] });

/** Where a remainder that was cut towards zero has not the divisor's sign. */
function wrongSide(e: Emitter, remainder: string, divisor: string, zero: string): string {
  const opposed = (r: string, d: string) => e.node('And', [e.node(r, [remainder, zero]), e.node(d, [divisor, zero])]);
  return either(e, opposed('Less', 'Greater'), opposed('Greater', 'Less'));
}

/** a - trunc(a / b) b. ONNX's division of whole numbers cuts. */
const cut = (e: Emitter, a: string, b: string) => {
  const quotient = e.node('Div', [a, b]);
  return { quotient, remainder: e.node('Sub', [a, e.node('Mul', [quotient, b])]) };
};

function predicate(lower: Rule<None>['lower'], reference: Rule<None>['reference']): Rule<None> {
  return { ...unary(lower, () => null, (t, x) => reference(t, [x], {})), shape: (inputs) => ({ ...same(inputs), dtype: 'bool' }) };
}

export const rounding: OpFamily<'floor' | 'ceil' | 'round' | 'mod' | 'floorDiv' | 'isNaN' | 'isFinite'> = {
  floor: unary('Floor', () => null, (t, x) => t.floor(x)),
  ceil: unary('Ceil', () => null, (t, x) => t.ceil(x)),
  round: unary(
    (e, { inputs: [x] }) => {
      if (e.target.ops.has('Round')) return e.node('Round', [x]);
      const below = e.node('Floor', [x]);
      const part = e.node('Sub', [x, below]);
      const half = e.f32(0.5);
      const odd = e.node('Sub', [below, e.node('Mul', [e.node('Floor', [e.node('Mul', [below, half])]), e.f32(2)])]); // 0 or 1
      const up = e.cast(e.node('Greater', [part, half]), 'float32');
      return e.node('Add', [below, e.node('Where', [e.node('Equal', [part, half]), odd, up])]);
    },
    () => null, (t, x) => t.round(x), [-4, 4]),
  /** d mod(a, b) = da - floor(a / b) db */
  mod: withWholes(binary(
    (e, { inputs: [a, b], values: [{ dtype }] }) => {
      const zero = e.scalar(0, dtype);
      if (dtype === 'int32' && e.target.ops.has('Mod')) return e.node('Mod', [a, b]);
      const remainder = dtype === 'int32' ? cut(e, a, b).remainder
        : e.target.ops.has('Mod') ? e.node('Mod', [a, b], { fmod: 1 })
        : e.node('Sub', [a, e.node('Mul', [e.node('Floor', [e.node('Div', [a, b])]), b])]);
      return e.node('Where', [wrongSide(e, remainder, b, zero), e.node('Add', [remainder, b]), remainder]);
    },
    (g, { dy, a, b }) => [dy, g.neg(g.mul(dy, g.op('floor', [g.div(a, b)], {})))],
    (t, a, b) => t.mod(a, b), [0.6, 3])),
  floorDiv: withWholes(binary(
    (e, { inputs: [a, b], values: [{ dtype }] }) => {
      if (dtype === 'float32') return e.node('Floor', [e.node('Div', [a, b])]);
      const { quotient, remainder } = cut(e, a, b);
      return e.node('Sub', [quotient, e.cast(wrongSide(e, remainder, b, e.scalar(0, dtype)), dtype)]);
    },
    () => [null, null], (t, a, b) => t.floor(t.div(t.cast(a, 'float32'), t.cast(b, 'float32'))), [0.6, 3])),
  isNaN: predicate(
    (e, { inputs: [x] }) => e.target.ops.has('IsNaN') ? e.node('IsNaN', [x]) : e.node('Not', [either(e, e.node('Less', [x, e.f32(1)]), e.node('GreaterOrEqual', [x, e.f32(1)]))]),
    (t, [x]) => t.isNaN(x)),
  isFinite: predicate((e, { inputs: [x] }) => e.node('LessOrEqual', [e.node('Abs', [x]), e.f32(3.4028234663852886e38)]), (t, [x]) => t.isFinite(x)),
};
