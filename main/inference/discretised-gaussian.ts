/** @file The probability that a Gaussian gives to one 8-bit value, on a logarithmic scale: the decoder of Ho et al. 2020, section 3.3. */

const rootTwoPi = Math.sqrt(2 * Math.PI);

/** log Q(x) = log P(N(0, 1) > x), x >= 0: the series of Phi below 2.5, a continued fraction of Mills' ratio beyond (Abramowitz and Stegun 26.2.11, 26.2.14). */
function logUpperTail(x: number): number {
  const square = x * x;
  if (x < 2.5) {
    let term = x;
    let sum = x;
    for (let k = 3; term > sum * 1e-17; k += 2) {
      term *= square / k;
      sum += term;
    }
    return Math.log(0.5 - (sum * Math.exp(-0.5 * square)) / rootTwoPi);
  }
  let fraction = x;
  for (let k = 60; k > 0; k--) fraction = x + k / fraction;
  return -0.5 * square - Math.log(rootTwoPi * fraction);
}

/** log P(low < N(0, 1) < high), low < high, either may be infinite. Holds its digits far out in the tails, where the difference of two Phi is 0. */
export function logNormalInterval(low: number, high: number): number {
  if (low + high < 0) return logNormalInterval(-high, -low);
  const beyondHigh = high === Infinity ? -Infinity : logUpperTail(high);
  if (low < 0) {
    const belowLow = low === -Infinity ? -Infinity : logUpperTail(-low);
    return Math.log1p(-Math.exp(belowLow) - Math.exp(beyondHigh));
  }
  const beyondLow = logUpperTail(low);
  return beyondLow + Math.log(-Math.expm1(beyondHigh - beyondLow));
}

/**
 * log p of an 8-bit value under N(mean, std^2), Ho et al. 2020, eq. 13: the integral over [x - 1/255, x + 1/255], to infinity for the ends.
 * @param x 2 k / 255 - 1, k from 0 to 255
 */
export function logByteProbability(x: number, mean: number, std: number): number {
  const low = x < -1 + 1 / 255 ? -Infinity : (x - 1 / 255 - mean) / std;
  const high = x > 1 - 1 / 255 ? Infinity : (x + 1 / 255 - mean) / std;
  return logNormalInterval(low, high);
}
