/** @file Points of a plane sorted into cells, so that the one under the pointer is found among a million. */

export interface PointGrid {
  /** Index of the point nearest to (x, y) within `reach`; undefined where there is none. Of equally near ones the first. */
  nearest(x: number, y: number, reach: number): number | undefined;
}

/** Points a cell, on average. */
const aCell = 4;

/** @param points [N, rank]; the first two coordinates count, of rank 1 the second is 0 */
export function pointGrid(points: Float32Array, rank: number): PointGrid {
  const count = points.length / rank;
  const yOf = (n: number): number => (rank > 1 ? points[n * rank + 1] : 0);
  let [left, right, low, high] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let n = 0; n < count; n++) {
    left = Math.min(left, points[n * rank]);
    right = Math.max(right, points[n * rank]);
    low = Math.min(low, yOf(n));
    high = Math.max(high, yOf(n));
  }
  const side = Math.max(1, Math.ceil(Math.sqrt(count / aCell)));
  const cellOf = (value: number, from: number, to: number): number => Math.min(side - 1, Math.max(0, Math.floor(((value - from) / (to - from || 1)) * side)));

  // Compressed rows: the points of cell c are order[starts[c]] to order[starts[c + 1] - 1], rising.
  const starts = new Int32Array(side * side + 1);
  const cells = new Int32Array(count);
  for (let n = 0; n < count; n++) {
    cells[n] = cellOf(yOf(n), low, high) * side + cellOf(points[n * rank], left, right);
    starts[cells[n] + 1]++;
  }
  for (let c = 0; c < side * side; c++) starts[c + 1] += starts[c];
  const order = new Int32Array(count);
  const filled = starts.slice();
  for (let n = 0; n < count; n++) order[filled[cells[n]]++] = n;

  return {
    nearest(x, y, reach) {
      if (count === 0) return undefined;
      let found: number | undefined;
      let least = reach * reach;
      for (let row = cellOf(y - reach, low, high); row <= cellOf(y + reach, low, high); row++) {
        for (let column = cellOf(x - reach, left, right); column <= cellOf(x + reach, left, right); column++) {
          const cell = row * side + column;
          for (let at = starts[cell]; at < starts[cell + 1]; at++) {
            const n = order[at];
            const distance = (points[n * rank] - x) ** 2 + (yOf(n) - y) ** 2;
            if (distance < least || (distance === least && (found === undefined || n < found))) {
              least = distance;
              found = n;
            }
          }
        }
      }
      return found;
    },
  };
}

/** An order of 0 to count - 1, always the same, that lets no part of the data cover another because it comes later (Fisher and Yates, xorshift32). */
export function drawOrder(count: number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, n) => n);
  let state = 0x9e3779b9;
  for (let n = count - 1; n > 0; n--) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    const other = (state >>> 0) % (n + 1);
    [order[n], order[other]] = [order[other], order[n]];
  }
  return order;
}
