/** @file Walks drawn over a map: a line for each, a ring where it begins, a dot where it ends. */

import { round } from './typeface';

export interface Walks {
  /** [n, moments, 2], as the points of the map. */
  paths: Float32Array;
  moments: number;
}

const ink = '#1b1f24';
/** Units of the layout that a line moves before it is drawn on: a thousand steps of noise are no more than a blot. */
const leastMove = 0.75;

/** @param at from the map to the layout */
export function walksSvg({ paths, moments }: Walks, at: (x: number, y: number) => readonly [number, number]): string {
  const lines: string[] = [];
  const ends: string[] = [];
  for (let walk = 0; walk * moments * 2 < paths.length; walk++) {
    const place = (moment: number): readonly [number, number] => at(paths[2 * (walk * moments + moment)], paths[2 * (walk * moments + moment) + 1]);
    const [first, last] = [place(0), place(moments - 1)];
    let before = first;
    let line = `M${round(first[0])} ${round(first[1])}`;
    for (let moment = 1; moment < moments; moment++) {
      const next = place(moment);
      if (moment < moments - 1 && Math.hypot(next[0] - before[0], next[1] - before[1]) < leastMove) continue;
      line += `L${round(next[0])} ${round(next[1])}`;
      before = next;
    }
    lines.push(line);
    ends.push(`<circle cx="${round(first[0])}" cy="${round(first[1])}" r="2.5" fill="#fff" stroke="${ink}"/><circle cx="${round(last[0])}" cy="${round(last[1])}" r="3.5" fill="${ink}" stroke="#fff" stroke-width="1.2"/>`);
  }
  return `<path d="${lines.join('')}" fill="none" stroke="${ink}" stroke-opacity="0.45" stroke-linejoin="round"/>${ends.join('')}`;
}
