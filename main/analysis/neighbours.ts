/** @file Nearest neighbours by brute force: exact, and fast enough for the few thousand points that figures are computed from. */

/**
 * Squared Euclidean distances from row `from` of `data` [N, dims] to every row, into `out` [N].
 */
export function squaredDistances(data: Float32Array, dims: number, from: number, out: Float64Array): void {
  const base = from * dims;
  for (let n = 0; n < out.length; n++) {
    let sum = 0;
    for (let d = 0, at = n * dims; d < dims; d++, at++) {
      const difference = data[base + d] - data[at];
      sum += difference * difference;
    }
    out[n] = sum;
  }
}

/** Indices of the `k` smallest of `distances` but `self`, nearest first; equal ones in order of index. */
export function kSmallest(distances: Float64Array, k: number, self: number, out: Int32Array): void {
  let held = 0;
  for (let n = 0; n < distances.length; n++) {
    if (n === self) continue;
    if (held === k && distances[n] >= distances[out[k - 1]]) continue;
    let at = held < k ? held++ : k - 1;
    while (at > 0 && distances[out[at - 1]] > distances[n]) {
      out[at] = out[at - 1];
      at--;
    }
    out[at] = n;
  }
}

/**
 * Leave-one-out accuracy of a k-nearest-neighbour vote over `data` [N, dims]: how well classes stay apart there. A tie goes to the class of the nearer neighbour.
 * @throws RangeError unless 1 <= k < N and there is a label for each row
 */
export function neighbourAccuracy(data: Float32Array, dims: number, labels: Int32Array, k: number): number {
  const count = data.length / dims;
  if (count !== labels.length || !(k >= 1 && k < count)) throw new RangeError(`${k} neighbours among ${count} points with ${labels.length} labels`);
  const distances = new Float64Array(count);
  const nearest = new Int32Array(k);
  let right = 0;
  for (let i = 0; i < count; i++) {
    squaredDistances(data, dims, i, distances);
    kSmallest(distances, k, i, nearest);
    const votes = new Map<number, number>();
    for (const n of nearest) votes.set(labels[n], (votes.get(labels[n]) ?? 0) + 1);
    let winner = labels[nearest[0]];
    for (const [label, count] of votes) if (count > (votes.get(winner) ?? 0)) winner = label;
    if (winner === labels[i]) right++;
  }
  return right / count;
}
