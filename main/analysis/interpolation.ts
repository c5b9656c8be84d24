/** @file Ways from one latent vector to another: along the chord and along the great circle. */

export type InterpolationMethod = 'linear' | 'slerp';

/** (1 - t) a + t b */
export function lerp(a: Float32Array, b: Float32Array, t: number): Float32Array {
  return combine(a, 1 - t, b, t);
}

/**
 * Spherical interpolation (Shoemake 1985): sin((1 - t) theta) / sin(theta) a + sin(t theta) / sin(theta) b, theta the angle between a and b.
 * With N(0, I) latents its points keep the norm that the decoder was trained on, where the chord cuts through the middle.
 * Norms may differ. Where theta is 0, or a vector is 0, the formula's limit is the chord; where theta is pi no great circle is
 * singled out, and the way goes through the coordinate axis furthest from `a`.
 */
export function slerp(a: Float32Array, b: Float32Array, t: number): Float32Array {
  const normA = Math.sqrt(dot(a, a));
  const normB = Math.sqrt(dot(b, b));
  if (normA === 0 || normB === 0) return lerp(a, b, t);
  // atan2 of half-angle lengths: exact near 0 and pi, where acos of the cosine loses half the digits.
  let apart = 0;
  let together = 0;
  for (let i = 0; i < a.length; i++) {
    const u = a[i] / normA;
    const v = b[i] / normB;
    apart += (u - v) ** 2;
    together += (u + v) ** 2;
  }
  const theta = 2 * Math.atan2(Math.sqrt(apart), Math.sqrt(together));
  if (theta < 1e-6) return lerp(a, b, t);
  if (Math.PI - theta < 1e-6) return halfTurn(a, normA, normB, t);
  const sine = Math.sin(theta);
  return combine(a, Math.sin((1 - t) * theta) / sine, b, Math.sin(t * theta) / sine);
}

/** From a to -a (norm b): cos(pi t) a + sin(pi t) n, n the unit axis of least |a_i| made orthogonal to a. */
function halfTurn(a: Float32Array, normA: number, normB: number, t: number): Float32Array {
  let axis = 0;
  for (let i = 1; i < a.length; i++) if (Math.abs(a[i]) < Math.abs(a[axis])) axis = i;
  const along = a[axis] / normA;
  const normal = Float32Array.from(a, (value, i) => (i === axis ? 1 : 0) - (along * value) / normA);
  const length = Math.sqrt(dot(normal, normal));
  const radius = (1 - t) * normA + t * normB;
  if (length < 1e-12) return lerp(a, a.map((value) => (-value * normB) / normA), t);
  return combine(a, (Math.cos(Math.PI * t) * radius) / normA, normal, (Math.sin(Math.PI * t) * radius) / length);
}

/** `steps` points from a to b, both ends included, as [steps, D]. One step is the middle. @throws RangeError where a and b differ in length */
export function interpolate(a: Float32Array, b: Float32Array, steps: number, method: InterpolationMethod): Float32Array {
  if (a.length !== b.length) throw new RangeError(`vectors of ${a.length} and ${b.length} dimensions`);
  if (!Number.isInteger(steps) || steps < 1) throw new RangeError(`${steps} steps`);
  const path = new Float32Array(steps * a.length);
  const between = method === 'slerp' ? slerp : lerp;
  for (let s = 0; s < steps; s++) path.set(between(a, b, steps === 1 ? 0.5 : s / (steps - 1)), s * a.length);
  return path;
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

function combine(a: Float32Array, weightA: number, b: Float32Array, weightB: number): Float32Array {
  return Float32Array.from(a, (value, i) => weightA * value + weightB * b[i]);
}
