/** @file From the plane of trajectories to pixels, and back to the walk that is nearest. */

export interface PlaneView {
  /** Pixels a unit of the plane, the same along both axes. */
  scale: number;
  x(along: number): number;
  y(up: number): number;
}

/** The view that holds all of `arrays` [n, 2] in a box, centred, with `margin` pixels around. */
export function planeView(arrays: readonly Float32Array[], width: number, height: number, margin: number): PlaneView {
  let [left, right, low, high] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const array of arrays) {
    for (let i = 0; i < array.length; i += 2) {
      left = Math.min(left, array[i]);
      right = Math.max(right, array[i]);
      low = Math.min(low, array[i + 1]);
      high = Math.max(high, array[i + 1]);
    }
  }
  const scale = Math.min((width - 2 * margin) / (right - left || 1), (height - 2 * margin) / (high - low || 1));
  const [middleX, middleY] = [(left + right) / 2, (low + high) / 2];
  return { scale, x: (along) => width / 2 + (along - middleX) * scale, y: (up) => height / 2 - (up - middleY) * scale };
}

/** The walk whose place at `moment` is nearest to a pixel, within `reach` pixels. paths: [n, moments, 2] */
export function nearestWalk(paths: Float32Array, moments: number, moment: number, view: PlaneView, x: number, y: number, reach: number): number | undefined {
  let nearest: number | undefined;
  let least = reach * reach;
  for (let walk = 0; walk * moments * 2 < paths.length; walk++) {
    const at = (walk * moments + moment) * 2;
    const distance = (view.x(paths[at]) - x) ** 2 + (view.y(paths[at + 1]) - y) ** 2;
    if (distance <= least) [nearest, least] = [walk, distance];
  }
  return nearest;
}
