/** @file Trigonometric and hyperbolic functions, and their inverses. */

import type { OpFamily } from '../ir/op';
import { binary, unary } from './pointwise';

type Unary = 'sin' | 'cos' | 'tan' | 'asin' | 'acos' | 'atan' | 'sinh' | 'cosh' | 'asinh' | 'acosh' | 'atanh';

export const trigonometry: OpFamily<Unary | 'atan2'> = {
  sin: unary('Sin', (g, { dy, x }) => g.mul(dy, g.op('cos', [x], {})), (t, x) => t.sin(x)),
  cos: unary('Cos', (g, { dy, x }) => g.neg(g.mul(dy, g.op('sin', [x], {}))), (t, x) => t.cos(x)),
  /** tan' = 1 + tan^2 */
  tan: unary('Tan', (g, { dy, y }) => g.mul(dy, g.add(g.mul(y, y), 1)), (t, x) => t.tan(x), [-1, 1]),
  /** asin' = 1 / sqrt(1 - x^2) */
  asin: unary('Asin', (g, { dy, x }) => g.div(dy, g.op('sqrt', [g.sub(1, g.mul(x, x))], {})), (t, x) => t.asin(x), [-0.8, 0.8]),
  acos: unary('Acos', (g, { dy, x }) => g.neg(g.div(dy, g.op('sqrt', [g.sub(1, g.mul(x, x))], {}))), (t, x) => t.acos(x), [-0.8, 0.8]),
  /** atan' = 1 / (1 + x^2) */
  atan: unary('Atan', (g, { dy, x }) => g.div(dy, g.add(g.mul(x, x), 1)), (t, x) => t.atan(x)),
  sinh: unary('Sinh', (g, { dy, x }) => g.mul(dy, g.op('cosh', [x], {})), (t, x) => t.sinh(x)),
  cosh: unary('Cosh', (g, { dy, x }) => g.mul(dy, g.op('sinh', [x], {})), (t, x) => t.cosh(x)),
  /** asinh' = 1 / sqrt(x^2 + 1) */
  asinh: unary('Asinh', (g, { dy, x }) => g.div(dy, g.op('sqrt', [g.add(g.mul(x, x), 1)], {})), (t, x) => t.asinh(x)),
  /** acosh' = 1 / sqrt(x^2 - 1) */
  acosh: unary('Acosh', (g, { dy, x }) => g.div(dy, g.op('sqrt', [g.sub(g.mul(x, x), 1)], {})), (t, x) => t.acosh(x), [1.5, 4]),
  /** atanh' = 1 / (1 - x^2) */
  atanh: unary('Atanh', (g, { dy, x }) => g.div(dy, g.sub(1, g.mul(x, x))), (t, x) => t.atanh(x), [-0.8, 0.8]),
  /** The angle of (x, y), inputs (y, x): d = (x dy - y dx) / (x^2 + y^2) */
  atan2: binary(
    (e, { inputs: [y, x] }) => {
      const [zero, pi] = [e.f32(0), Math.PI];
      const up = e.node('GreaterOrEqual', [y, zero]);
      const angle = e.node('Atan', [e.node('Div', [y, x])]);
      const left = e.node('Add', [angle, e.node('Where', [up, e.f32(pi), e.f32(-pi)])]);
      const upright = e.node('Where', [e.node('Equal', [y, zero]), zero, e.node('Where', [up, e.f32(pi / 2), e.f32(-pi / 2)])]);
      return e.node('Where', [e.node('Greater', [x, zero]), angle, e.node('Where', [e.node('Less', [x, zero]), left, upright])]);
    },
    (g, { dy, a: y, b: x }) => { const r = g.div(dy, g.add(g.mul(x, x), g.mul(y, y))); return [g.mul(r, x), g.neg(g.mul(r, y))]; },
    (t, y, x) => t.atan2(y, x)),
};
