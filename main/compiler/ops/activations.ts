/** @file Activation functions with parameters. */

import type { OpFamily } from '../ir/op';
import { unary } from './pointwise';

const cubic = 0.044715;
const rate = Math.sqrt(2 / Math.PI);

export const activations: OpFamily<'gelu' | 'elu' | 'leakyRelu' | 'clip'> = {
  /** Hendrycks & Gimpel 2016. x P(x), P(x) = (1 + erf(x / sqrt 2)) / 2, or by tanh(sqrt(2 / pi) (x + 0.044715 x^3)). */
  gelu: unary<{ approximation: 'none' | 'tanh' }>(
    (e, { inputs, attrs: { approximation } }) => e.node(approximation === 'none' ? 'Gelu' : 'FastGelu', inputs, {}, 'com.microsoft'),
    (g, { dy, x, attrs: { approximation } }) => {
      const squared = g.mul(x, x);
      if (approximation === 'none') {
        // P(x) + x p(x), p the normal density
        const share = g.add(g.mul(g.op('erf', [g.mul(x, Math.SQRT1_2)], {}), 0.5), 0.5);
        return g.mul(dy, g.add(share, g.mul(x, g.mul(g.exp(g.mul(squared, -0.5)), 1 / Math.sqrt(2 * Math.PI)))));
      }
      // (1 + t) / 2 + x (1 - t^2) u' / 2
      const t = g.op('tanh', [g.mul(x, g.add(g.mul(squared, rate * cubic), rate))], {});
      const slope = g.mul(g.mul(x, g.sub(1, g.mul(t, t))), g.add(g.mul(squared, 1.5 * rate * cubic), 0.5 * rate));
      return g.mul(dy, g.add(g.add(g.mul(t, 0.5), 0.5), slope));
    },
    (t, x, { approximation }) => {
      const share = approximation === 'none' ? t.erf(t.mul(x, Math.SQRT1_2)) : t.tanh(t.mul(x, t.add(t.mul(t.square(x), rate * cubic), rate)));
      return t.mul(x, t.add(t.mul(share, 0.5), 0.5));
    },
    [-4, 4], [{ approximation: 'none' }, { approximation: 'tanh' }]),
  /** Clevert et al. 2015. x > 0: x, else alpha (e^x - 1), whose slope is y + alpha. */
  elu: unary<{ alpha: number }>(
    (e, { inputs, attrs: { alpha } }) => e.node('Elu', inputs, { alpha }),
    (g, { dy, y, x, attrs: { alpha } }) => g.where(g.greater(x, 0), dy, g.mul(dy, g.add(y, alpha))),
    (t, x, { alpha }) => t.sub(t.relu(x), t.mul(t.sub(1, t.exp(t.neg(t.relu(t.neg(x))))), alpha)),
    [-3, 3], [{ alpha: 1 }, { alpha: 0.5 }]),
  leakyRelu: unary<{ alpha: number }>(
    (e, { inputs, attrs: { alpha } }) => e.node('LeakyRelu', inputs, { alpha }),
    (g, { dy, x, attrs: { alpha } }) => g.where(g.greater(x, 0), dy, g.mul(dy, alpha)),
    (t, x, { alpha }) => t.leakyRelu(x, alpha), [-3, 3], [{ alpha: 0.2 }, { alpha: 1.5 }]),
  /** The gradient passes from min to max, both included. */
  clip: unary<{ min: number; max: number }>(
    (e, { inputs: [x], attrs: { min, max } }) => e.node('Clip', [x, e.f32(min), e.f32(max)]),
    (g, { dy, x, attrs: { min, max } }) => g.where(g.op('logicalAnd', [g.op('greaterEqual', [x, g.scalar(min)], {}), g.op('lessEqual', [x, g.scalar(max)], {})], {}), dy, g.zerosLike(dy)),
    (t, x, { min, max }) => t.clipByValue(x, min, max), [-3, 3], [{ min: -1, max: 0.5 }]),
};
