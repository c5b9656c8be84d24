/** @file Means, variances, percentiles and log-means, in float64 whatever the input. */

type Numbers = ArrayLike<number>;

/** Arithmetic mean; NaN of nothing. */
export function mean(values: Numbers): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}

/** Unbiased variance, sum (x - mean)^2 / (n - 1), in two passes; 0 of one value, NaN of nothing. */
export function variance(values: Numbers): number {
  if (values.length < 2) return values.length === 1 ? 0 : NaN;
  const centre = mean(values);
  let squares = 0;
  let drift = 0;
  for (let i = 0; i < values.length; i++) {
    const d = values[i] - centre;
    squares += d * d;
    drift += d;
  }
  // The second term takes back the rounding of the mean (Chan, Golub and LeVeque 1983).
  return (squares - (drift * drift) / values.length) / (values.length - 1);
}

/** Standard error of the mean: what is behind the +- of an estimate from `n` independent values. */
export function standardError(values: Numbers): number {
  return Math.sqrt(variance(values) / values.length);
}

/** log (1/n sum exp x), stable: the largest term is taken out first. -Infinity where all are; NaN of nothing or of any NaN. */
export function logMeanExp(values: Numbers): number {
  if (values.length === 0) return NaN;
  let largest = -Infinity;
  for (let i = 0; i < values.length; i++) if (!(values[i] <= largest)) largest = values[i];
  if (largest === -Infinity || largest === Infinity || Number.isNaN(largest)) return largest;
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += Math.exp(values[i] - largest);
  return largest + Math.log(sum / values.length);
}

/** Percentiles (0 to 100) by linear interpolation between order statistics, numpy's default. @throws RangeError outside 0 to 100 */
export function percentiles(values: Numbers, at: readonly number[]): number[] {
  const sorted = Float64Array.from(values).sort();
  return at.map((percent) => {
    if (!(percent >= 0 && percent <= 100)) throw new RangeError(`percentile ${percent} is to be in 0 to 100`);
    if (sorted.length === 0) return NaN;
    const rank = (percent / 100) * (sorted.length - 1);
    const below = Math.floor(rank);
    const above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (rank - below) * (sorted[above] - sorted[below]);
  });
}
