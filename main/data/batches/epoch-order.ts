/** @file The order of an epoch: a keyed permutation of [0, count) that is computed, not stored, so that any step can be reached at once. */

const rounds = 6;

/** MurmurHash3's finaliser: each bit of the input turns each bit of the output with probability near 1/2. */
function mix32(value: number): number {
  let x = value | 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}

function keysOf(seed: number, epoch: number): number[] {
  // Seeds may be up to 2^53: both halves count.
  const base = mix32(mix32(seed >>> 0) ^ mix32(Math.floor(seed / 2 ** 32) + 0x9e3779b9) ^ mix32(epoch + 0x7f4a7c15));
  return Array.from({ length: rounds }, (_, round) => mix32(base + Math.imul(round + 1, 0x9e3779b9)));
}

/**
 * -> position in the epoch -> item, for positions 0 to count - 1. A balanced Feistel network permutes the next power of 4; where it lands outside,
 * it is applied again (cycle walking), at most 4 times on average. Source: Black and Rogaway, 'Ciphers with arbitrary finite domains', 2002.
 * @param count 1 to 2^31, @param seed a whole number below 2^53, @param epoch from 0
 */
export function epochOrder(count: number, seed: number, epoch: number): (position: number) => number {
  if (!Number.isInteger(count) || count < 1 || count > 2 ** 31) throw new RangeError(`epochOrder: count ${count}`);
  // Below 4 bits a half, a network has too few permutations to look random.
  const halfBits = Math.max(4, Math.ceil(Math.log2(count) / 2));
  const mask = 2 ** halfBits - 1;
  const keys = keysOf(seed, epoch);
  const permute = (value: number): number => {
    let left = Math.floor(value / 2 ** halfBits);
    let right = value & mask;
    for (const key of keys) {
      const next = left ^ (mix32(right ^ key) & mask);
      left = right;
      right = next;
    }
    return left * 2 ** halfBits + right;
  };
  return (position) => {
    if (!Number.isInteger(position) || position < 0 || position >= count) throw new RangeError(`epochOrder: position ${position} of ${count}`);
    let value = permute(position);
    while (value >= count) value = permute(value);
    return value;
  };
}
