/** @file The random numbers against their distributions, their own past and each other. */

import { describe, expect, it } from 'vitest';
import { randomStream } from './random';

const normals = (n: number, seed = 1, stream = 'noise', step = 0) => {
  const out = new Float32Array(n);
  randomStream(seed, stream, step).fillNormal(out);
  return out;
};

/** By its series near 0 and its continued fraction beyond (Abramowitz and Stegun 26.2.11, 26.2.14). */
function normalCdf(x: number): number {
  const t = Math.abs(x);
  let upper: number;
  if (t < 3) {
    let term = t;
    let sum = t;
    for (let k = 1; k < 100; k++) {
      term *= (t * t) / (2 * k + 1);
      sum += term;
    }
    upper = 0.5 - (sum * Math.exp(-0.5 * t * t)) / Math.sqrt(2 * Math.PI);
  } else {
    let fraction = t;
    for (let k = 60; k > 0; k--) fraction = t + k / fraction;
    upper = Math.exp(-0.5 * t * t) / Math.sqrt(2 * Math.PI) / fraction;
  }
  return x < 0 ? upper : 1 - upper;
}

/** sup |F_n - F| sqrt(n): above 1.95 once in 1,000 (Kolmogorov). */
function kolmogorovSmirnov(sample: Float32Array, cdf: (x: number) => number): number {
  const sorted = Float64Array.from(sample).sort();
  const n = sorted.length;
  let distance = 0;
  for (let i = 0; i < n; i++) {
    const at = cdf(sorted[i]);
    distance = Math.max(distance, Math.abs(at - i / n), Math.abs((i + 1) / n - at));
  }
  return distance * Math.sqrt(n);
}

const moment = (sample: Float32Array, power: number) => sample.reduce((sum, x) => sum + x ** power, 0) / sample.length;

function correlation(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum / a.length;
}

describe('xoshiro128**', () => {
  it('follows the published recurrence', () => {
    // Generator and seeding written again in arbitrary precision.
    const mask = 0xffffffffn;
    const rotl = (x: bigint, k: bigint) => ((x << k) | (x >> (32n - k))) & mask;
    const state = referenceSeed(7, 'check', 3);
    const expected: number[] = [];
    for (let i = 0; i < 1000; i++) {
      expected.push(Number((rotl((state[1] * 5n) & mask, 7n) * 9n) & mask) / 2 ** 32);
      const t = (state[1] << 9n) & mask;
      state[2] ^= state[0];
      state[3] ^= state[1];
      state[1] ^= state[2];
      state[0] ^= state[3];
      state[2] ^= t;
      state[3] = rotl(state[3], 11n);
    }
    const stream = randomStream(7, 'check', 3);
    expect(Array.from({ length: 1000 }, () => stream.uniform())).toEqual(expected);
  });
});

function referenceSeed(seed: number, stream: string, step: number): bigint[] {
  const mask = 0xffffffffn;
  const mix = (x: bigint) => {
    let z = (x + 0x9e3779b9n) & mask;
    z = ((z ^ (z >> 16n)) * 0x21f0aaadn) & mask;
    z = ((z ^ (z >> 15n)) * 0x735a2d97n) & mask;
    return z ^ (z >> 15n);
  };
  let fnv = 0x811c9dc5n;
  for (const letter of stream) fnv = ((fnv ^ BigInt(letter.charCodeAt(0))) * 0x01000193n) & mask;
  return [1n, 2n, 3n, 4n].map((salt) =>
    [fnv, BigInt(seed) >> 32n, BigInt(seed), BigInt(step) >> 32n, BigInt(step)].reduce((hash, word) => mix(hash ^ (word & mask)), mix(salt)),
  );
}

describe('normal numbers', () => {
  it('have the moments of N(0, 1)', () => {
    const n = 2_000_000;
    const sample = normals(n);
    // Standard errors of the first six moments: sqrt(Var x^k / n), five of them allowed.
    const expected = [0, 1, 0, 3, 0, 15];
    const variance = [1, 2, 15, 96, 945, 10170];
    expected.forEach((value, i) => {
      expect(Math.abs(moment(sample, i + 1) - value)).toBeLessThan(5 * Math.sqrt(variance[i] / n));
    });
  });

  it('are near the normal CDF in the Kolmogorov sense', () => {
    expect(kolmogorovSmirnov(normals(500_000, 11), normalCdf)).toBeLessThan(1.95);
  });

  it('fill fine bins as the density says, wedges of the layers too', () => {
    const bins = 1600;
    const counts = new Float64Array(bins);
    const sample = new Float32Array(1_000_000);
    const stream = randomStream(21, 'bins', 0);
    for (let round = 0; round < 20; round++) {
      stream.fillNormal(sample);
      for (const x of sample) {
        const bin = Math.floor((x + 4) * 200);
        if (bin >= 0 && bin < bins) counts[bin]++;
      }
    }
    let chiSquared = 0;
    for (let i = 0; i < bins; i++) {
      const expected = 2e7 * (normalCdf((i + 1) / 200 - 4) - normalCdf(i / 200 - 4));
      chiSquared += (counts[i] - expected) ** 2 / expected;
    }
    expect(Math.abs(chiSquared - bins)).toBeLessThan(5 * Math.sqrt(2 * bins));
  });

  it('fall beyond the last layer as often as they should, and as far', () => {
    const n = 4_000_000;
    const beyond = normals(n, 5).filter((x) => Math.abs(x) > 3.6541528853610088);
    const probability = 2 * (1 - normalCdf(3.6541528853610088));
    expect(Math.abs(beyond.length - n * probability)).toBeLessThan(5 * Math.sqrt(n * probability));
    const cdf = (x: number) => 1 - (2 * (1 - normalCdf(x))) / probability;
    expect(kolmogorovSmirnov(beyond.map(Math.abs), cdf)).toBeLessThan(1.95);
    expect(Math.abs(beyond.filter((x) => x > 0).length - beyond.length / 2)).toBeLessThan(5 * Math.sqrt(beyond.length / 4));
  });

  it('are not correlated with their neighbours', () => {
    const n = 1_000_000;
    const sample = normals(n, 3);
    for (const lag of [1, 2, 3, 4, 128, 256]) {
      expect(Math.abs(correlation(sample.subarray(0, n - lag), sample.subarray(lag)))).toBeLessThan(5 / Math.sqrt(n - lag));
    }
  });
});

describe('uniform numbers', () => {
  it('drawn many at once are those drawn one by one, to 24 bits, and the stream goes on behind them', () => {
    const [many, single] = [randomStream(3, 'u', 1), randomStream(3, 'u', 1)];
    const drawn = new Float32Array(1_000);
    many.fillUniform(drawn);
    expect([...drawn]).toEqual(Array.from(drawn, () => Math.floor(single.uniform() * 2 ** 24) / 2 ** 24));
    expect(many.uniform()).toBe(single.uniform());
  });
  it('are uniform in [0, 1)', () => {
    const sample = new Float32Array(500_000);
    randomStream(2, 'u', 0).fillUniform(sample);
    expect(kolmogorovSmirnov(sample, (x) => x)).toBeLessThan(1.95);
    expect(sample.every((x) => x >= 0 && x < 1)).toBe(true);
  });

  it('as whole numbers are equally likely, at a bound that 2^32 is no multiple of', () => {
    const n = 1_000_000;
    const below = 1000;
    const sample = new Int32Array(n);
    randomStream(4, 'integers', 0).fillIntegers(sample, below);
    const counts = new Float64Array(below);
    for (const k of sample) counts[k]++;
    const chiSquared = counts.reduce((sum, count) => sum + (count - n / below) ** 2 / (n / below), 0);
    // Chi squared with 999 degrees of freedom: mean 999, deviation 44.7.
    expect(Math.abs(chiSquared - 999)).toBeLessThan(5 * 44.7);
    expect(counts.reduce((sum, count) => sum + count)).toBe(n);
  });

  it('as whole numbers have no bias at a large bound', () => {
    // Below = 3 * 2^29: without rejection the lower half of the range would come twice as often as the rest.
    const n = 100_000;
    const sample = new Int32Array(n);
    randomStream(4, 'integers', 1).fillIntegers(sample, 3 * 2 ** 29);
    const low = sample.filter((k) => k < 2 ** 29).length;
    expect(Math.abs(low - n / 3)).toBeLessThan(5 * Math.sqrt((n * 2) / 9));
  });

  it('refuse a bound that makes no sense', () => {
    expect(() => randomStream(0, 'x', 0).fillIntegers(new Int32Array(1), 0)).toThrow(RangeError);
    expect(() => randomStream(0.5, 'x', 0)).toThrow(RangeError);
  });
});

describe('streams', () => {
  it('repeat for the same seed, stream and step', () => {
    expect(normals(1000, 9, 'a', 4)).toEqual(normals(1000, 9, 'a', 4));
  });

  it('are independent across seeds, streams and steps, neighbouring ones too', () => {
    const n = 200_000;
    const base = normals(n, 1, 'noise', 1);
    const others = [normals(n, 2, 'noise', 1), normals(n, 1, 'noisf', 1), normals(n, 1, 'noise', 2), normals(n, 1 + 2 ** 32, 'noise', 1), normals(n, 1, 'noise', 1 + 2 ** 32), normals(n, -1, 'noise', 1)];
    for (const other of others) {
      expect(Math.abs(correlation(base, other))).toBeLessThan(5 / Math.sqrt(n));
      expect(Math.abs(correlation(base.map((x) => x * x - 1), other.map((x) => x * x - 1)))).toBeLessThan((5 * 2) / Math.sqrt(n));
    }
  });

  it('have first draws over many steps that are themselves normal', () => {
    const firsts = Float32Array.from({ length: 100_000 }, (_, step) => normals(1, 1, 'noise', step)[0]);
    expect(kolmogorovSmirnov(firsts, normalCdf)).toBeLessThan(1.95);
    expect(Math.abs(correlation(firsts.subarray(0, -1), firsts.subarray(1)))).toBeLessThan(5 / Math.sqrt(firsts.length));
  });

  it('do not depend on how a draw is cut into buffers', () => {
    const whole = normals(100, 1);
    const stream = randomStream(1, 'noise', 0);
    const parts = [new Float32Array(30), new Float32Array(70)];
    for (const part of parts) stream.fillNormal(part);
    expect([...parts[0], ...parts[1]]).toEqual([...whole]);
  });
});
