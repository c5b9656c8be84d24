/** @file How points spread along each axis of a space: percentiles and histograms. */

export interface AxisStatistics {
  /** [99]: percentiles 1 to 99, by linear interpolation between order statistics. */
  percentiles: Float32Array;
  /** Counts in equal bins from the 1st percentile to the 99th; points beyond are in none. */
  histogram: Int32Array;
  /** Unbiased. */
  variance: number;
}

/** Of axis `axis` of `data` [N, dims]. Where the two percentiles are one number, its bins reach from half below to half above it. @throws RangeError for no points */
export function axisStatistics(data: Float32Array, dims: number, axis: number, bins: number): AxisStatistics {
  const count = data.length / dims;
  if (count < 1) throw new RangeError('no points');
  const sorted = new Float32Array(count);
  for (let n = 0; n < count; n++) sorted[n] = data[n * dims + axis];
  sorted.sort();
  let sum = 0;
  for (const value of sorted) sum += value;
  let squares = 0;
  for (const value of sorted) squares += (value - sum / count) ** 2;

  const percentiles = new Float32Array(99);
  for (let p = 1; p <= 99; p++) {
    const rank = (p / 100) * (count - 1);
    const below = Math.floor(rank);
    percentiles[p - 1] = sorted[below] + (rank - below) * (sorted[Math.min(below + 1, count - 1)] - sorted[below]);
  }

  const [low, high] = percentiles[0] < percentiles[98] ? [percentiles[0], percentiles[98]] : [percentiles[0] - 0.5, percentiles[0] + 0.5];
  const histogram = new Int32Array(bins);
  for (const value of sorted) if (value >= low && value <= high) histogram[Math.min(bins - 1, Math.floor(((value - low) / (high - low)) * bins))]++;
  return { percentiles, histogram, variance: count > 1 ? squares / (count - 1) : 0 };
}
