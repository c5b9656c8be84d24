/** @file Long curves made short enough to draw, and calm enough to read. */

/** Places of `steps` (ascending) from the first >= `from` up to the last <= `to`: [first, end). */
export function placesWithin(steps: Float64Array, from: number, to: number): [first: number, end: number] {
  return [firstAtLeast(steps, from), firstAtLeast(steps, to, true)];
}

/** The first place whose value is >= `least`, or > it. */
function firstAtLeast(values: Float64Array, least: number, strictly = false): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle] < least || (strictly && values[middle] === least)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Places of [first, end) that keep a line's shape in `columns` columns: the lowest and the highest value of each, in their order, and both ends.
 * All places where there are no more than twice as many as columns. What is not finite is passed over.
 */
export function placesToDraw(values: Float32Array, first: number, end: number, columns: number): Int32Array {
  const count = end - first;
  if (count <= 2 * columns) return Int32Array.from({ length: Math.max(0, count) }, (_, i) => first + i);
  const places = new Int32Array(2 * columns + 2);
  let kept = 0;
  const keep = (place: number): void => {
    if (kept === 0 || places[kept - 1] < place) places[kept++] = place;
  };
  keep(first);
  for (let column = 0; column < columns; column++) {
    const from = first + Math.floor((column * count) / columns);
    const to = first + Math.floor(((column + 1) * count) / columns);
    let low = -1;
    let high = -1;
    for (let at = from; at < to; at++) {
      const value = values[at];
      if (!Number.isFinite(value)) continue;
      if (low < 0 || value < values[low]) low = at;
      if (high < 0 || value > values[high]) high = at;
    }
    if (low < 0) continue;
    keep(Math.min(low, high));
    keep(Math.max(low, high));
  }
  keep(end - 1);
  return places.slice(0, kept);
}

/**
 * Exponential moving average without the pull of its start (Kingma and Ba 2014, section 3): s_k = sum_i w^(k-i) v_i / sum_i w^(k-i).
 * Values that are not finite are passed over. `weight` w: 0 changes nothing, 0.99 is calm.
 */
export function smoothed(values: Float32Array, weight: number): Float32Array {
  if (weight <= 0) return values;
  const out = new Float32Array(values.length);
  let sum = 0;
  let weights = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (Number.isFinite(value)) {
      sum = weight * sum + value;
      weights = weight * weights + 1;
    }
    out[i] = weights > 0 ? sum / weights : Number.NaN;
  }
  return out;
}

/** Least and greatest of what is drawn, for an axis: the middle 99 % of values where a few lie far out, so that a first loss of thousands does not flatten the rest. */
export function rangeOf(values: ArrayLike<number>, positive: boolean): [number, number] | undefined {
  const finite = Float64Array.from(values).filter((value) => Number.isFinite(value) && (!positive || value > 0)).sort();
  if (finite.length === 0) return undefined;
  const low = finite[0];
  const calm = finite[Math.floor(0.99 * (finite.length - 1))];
  const high = finite[finite.length - 1];
  // On a logarithmic axis there is room for all.
  return [low, !positive && finite.length > 50 && high - low > 4 * (calm - low) ? calm + 0.1 * (calm - low) : high];
}

/** Round numbers between two positive ones for a logarithmic axis: powers of ten, with 2 and 5 times them where those are fewer than three, then all nine; evenly spaced ones where even these are too few. */
export function logTicks(low: number, high: number): number[] {
  const decades = Array.from({ length: Math.floor(Math.log10(high)) - Math.floor(Math.log10(low)) + 1 }, (_, i) => Math.floor(Math.log10(low)) + i);
  for (const heads of [[1], [1, 2, 5], [1, 2, 3, 4, 5, 6, 7, 8, 9]]) {
    const ticks = decades.flatMap((power) => heads.map((head) => Number(`${head}e${power}`))).filter((tick) => tick >= low && tick <= high);
    if (ticks.length >= 3) return ticks;
  }
  const wanted = (high - low) / 4;
  const unit = 10 ** Math.floor(Math.log10(wanted));
  const step = unit * ([1, 2, 5].find((head) => head * unit >= wanted) ?? 10);
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.max(0, Math.floor(high / step) - first + 1) }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}
