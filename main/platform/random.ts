/** @file Random numbers that are a function of (seed, stream, step) alone, so that a resumed run and a repeated sample draw the same ones. */

export interface RandomStream {
  /** One number of [0, 1), 32 bits fine. */
  uniform(): number;
  /** U[0, 1), 24 bits fine, so that no float32 rounds up to 1. */
  fillUniform(out: Float32Array): void;
  /** N(0, 1). */
  fillNormal(out: Float32Array): void;
  /** Whole numbers of [0, below), each as likely as the other, in bytes up to 256. Throws RangeError unless 1 <= below <= 2^31. */
  fillIntegers(out: Int32Array | Uint8Array, below: number): void;
}

const TWO_32 = 2 ** 32;

/** FNV-1a, 32 bits, over UTF-16 code units. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash;
}

/** The output function of splitmix32: a bijection of 32-bit words. */
function splitmix32(x: number): number {
  let z = (x + 0x9e3779b9) | 0;
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return z ^ (z >>> 15);
}

/**
 * Ziggurat of the half normal density exp(-x^2 / 2) in 256 layers of equal area (Marsaglia and Tsang 2000, with the layer and the
 * abscissa taken from different bits, Doornik 2005). `x[i]` is layer i's right edge, `f[i]` the density there.
 */
const LAYERS = 256;
const TAIL = 3.6541528853610088;
const AREA = 0.00492867323399;
const ABSCISSA_BITS = 2 ** 23;

const ziggurat = (() => {
  const x = new Float64Array(LAYERS + 1);
  const f = new Float64Array(LAYERS + 1);
  x[0] = AREA / Math.exp(-0.5 * TAIL * TAIL);
  x[1] = TAIL;
  for (let i = 2; i < LAYERS; i++) x[i] = Math.sqrt(-2 * Math.log(AREA / x[i - 1] + Math.exp(-0.5 * x[i - 1] ** 2)));
  x[LAYERS] = 0;
  for (let i = 0; i <= LAYERS; i++) f[i] = Math.exp(-0.5 * x[i] * x[i]);
  const inside = new Float64Array(LAYERS);
  const scale = new Float64Array(LAYERS);
  for (let i = 0; i < LAYERS; i++) {
    inside[i] = (x[i + 1] / x[i]) * ABSCISSA_BITS;
    scale[i] = x[i] / ABSCISSA_BITS;
  }
  return { f, inside, scale };
})();

/**
 * xoshiro128** (Blackman and Vigna 2018). Each word of its state is a chain of splitmix32 over (stream, seed, step) with its own salt:
 * steps of one stream never share a word, other pairs share all four by chance of 2^-128.
 * @param seed a safe integer. @param step a safe integer, 0 or more.
 */
export function randomStream(seed: number, stream: string, step: number): RandomStream {
  if (!Number.isSafeInteger(seed) || !Number.isSafeInteger(step)) throw new RangeError(`seed ${seed} and step ${step} are to be whole numbers`);
  const words = [fnv1a(stream), Math.floor(seed / TWO_32), seed, Math.floor(step / TWO_32), step];
  const state = new Int32Array(4);
  for (let i = 0; i < 4; i++) state[i] = words.reduce((hash, word) => splitmix32(hash ^ (word | 0)), splitmix32(i + 1));
  if ((state[0] | state[1] | state[2] | state[3]) === 0) state[0] = 1;

  /** One word, as int32. */
  function next(): number {
    const s1 = state[1];
    const word = Math.imul(s1, 5);
    const result = Math.imul((word << 7) | (word >>> 25), 9);
    const s2 = state[2] ^ state[0];
    const s3 = state[3] ^ s1;
    state[1] = s1 ^ s2;
    state[0] ^= s3;
    state[2] = s2 ^ (s1 << 9);
    state[3] = (s3 << 11) | (s3 >>> 21);
    return result;
  }

  const uniform = () => (next() >>> 0) / TWO_32;
  /** (0, 1]: safe under a logarithm. */
  const positive = () => ((next() >>> 0) + 1) / TWO_32;

  /** Marsaglia 1964: x > r with density proportional to exp(-x^2 / 2). */
  function tail(): number {
    for (;;) {
      const x = -Math.log(positive()) / TAIL;
      if (-2 * Math.log(positive()) > x * x) return TAIL + x;
    }
  }

  /** The 1.2 % of draws that are not inside their layer's rectangle: the tail, the wedge, or another draw. */
  function slowNormal(layer: number, at: number): number {
    for (;;) {
      if (layer === 0) return at < 0 ? -tail() : tail();
      const x = at * ziggurat.scale[layer];
      const density = ziggurat.f[layer] + uniform() * (ziggurat.f[layer + 1] - ziggurat.f[layer]);
      if (density < Math.exp(-0.5 * x * x)) return x;
      const word = next();
      layer = word & 255;
      at = (word >> 8) + 0.5;
      if (Math.abs(at) < ziggurat.inside[layer]) return at * ziggurat.scale[layer];
    }
  }

  return {
    uniform,
    fillUniform(out) {
      // `next` written out over local variables, which takes half the time: a hundred thousand of them go into a step.
      let [s0, s1, s2, s3] = state;
      for (let i = 0; i < out.length; i++) {
        const word = Math.imul(s1, 5);
        out[i] = (Math.imul((word << 7) | (word >>> 25), 9) >>> 8) / 2 ** 24;
        s2 ^= s0;
        s3 ^= s1;
        const shifted = s1 << 9;
        s1 ^= s2;
        s0 ^= s3;
        s2 ^= shifted;
        s3 = (s3 << 11) | (s3 >>> 21);
      }
      state.set([s0, s1, s2, s3]);
    },
    fillNormal(out) {
      const { inside, scale } = ziggurat;
      for (let i = 0; i < out.length; i++) {
        const word = next();
        const layer = word & 255;
        const at = (word >> 8) + 0.5;
        out[i] = Math.abs(at) < inside[layer] ? at * scale[layer] : slowNormal(layer, at);
      }
    },
    fillIntegers(out, below) {
      if (!Number.isInteger(below) || below < 1 || below > 2 ** 31) throw new RangeError(`below = ${below} is to be a whole number of [1, 2^31]`);
      const fair = TWO_32 - (TWO_32 % below);
      for (let i = 0; i < out.length; i++) {
        let word = next() >>> 0;
        while (word >= fair) word = next() >>> 0;
        out[i] = word % below;
      }
    },
  };
}
