/** @file The curves of a run on this page, told by the lab as they grow. */

import { useEffect, useState } from 'react';
import type { MetricsTail } from '../../preload/contract/domains/training';
import { LabError } from '../../preload/contract/errors';
import { lab } from '../link/lab';

export interface Curves {
  /** Ascending. */
  steps: Float64Array;
  /** One value a step, NaN where it has none. */
  series: ReadonlyMap<string, Float32Array>;
}

/** Curves that tails are added to; what they hand out does not change. */
export function growingCurves() {
  let count = 0;
  let steps = new Float64Array(1024);
  const series = new Map<string, Float32Array>();
  let cursor: MetricsTail['cursor'] | undefined;

  const grow = (least: number): void => {
    if (least <= steps.length) return;
    const capacity = 2 ** Math.ceil(Math.log2(least));
    const longer = new Float64Array(capacity);
    longer.set(steps.subarray(0, count));
    steps = longer;
    for (const [name, values] of series) series.set(name, widened(values, capacity, count));
  };

  return {
    get cursor() {
      return cursor;
    },
    get count() {
      return count;
    },
    add(tail: MetricsTail): void {
      cursor = tail.cursor;
      if (tail.truncateTo !== undefined) {
        const before = count;
        while (count > 0 && steps[count - 1] >= tail.truncateTo) count--;
        for (const values of series.values()) values.fill(Number.NaN, count, before);
      }
      if (tail.steps.length === 0) return;
      // The first of the new steps may be the last one known.
      const at = count > 0 && steps[count - 1] === tail.steps[0] ? count - 1 : count;
      grow(at + tail.steps.length);
      steps.set(tail.steps, at);
      for (const [name, values] of Object.entries(tail.series)) {
        let column = series.get(name);
        if (!column) series.set(name, (column = new Float32Array(steps.length).fill(Number.NaN)));
        // A step that is told again keeps the values that it is not told anew.
        const before = column[at];
        column.set(values, at);
        if (at < count && Number.isNaN(values[0])) column[at] = before;
      }
      count = at + tail.steps.length;
    },
    /** Copies of this moment: drawing may hold on to them. */
    now: (): Curves => ({ steps: steps.slice(0, count), series: new Map([...series].map(([name, values]) => [name, values.slice(0, count)])) }),
  };
}

function widened(values: Float32Array, capacity: number, count: number): Float32Array<ArrayBuffer> {
  const wider = new Float32Array(capacity).fill(Number.NaN, count);
  wider.set(values.subarray(0, count));
  return wider;
}

/** Charts are drawn anew no more often than this; long curves, which take their time, less often still. */
const drawMs = 250;
const drawMsPerStep = 1e-3;

/** The curves of a run while `active`; undefined until they are heard of. They stay while the panel is hidden. */
export function useCurves(run: string | undefined, active: boolean): { curves: Curves | undefined; error: LabError | undefined } {
  const [state, setState] = useState<{ run?: string; growing?: ReturnType<typeof growingCurves>; curves?: Curves; error?: LabError }>({});
  useEffect(() => {
    if (run === undefined || !active) return;
    const growing = state.run === run && state.growing ? state.growing : growingCurves();
    let timer: number | undefined;
    let drawn = false;
    const draw = (): void => {
      timer = undefined;
      setState({ run, growing, curves: growing.now() });
    };
    const stop = lab.training.metrics(
      () => ({ run, ...(growing.cursor && { cursor: growing.cursor }) }),
      (tail) => {
        growing.add(tail);
        // What is there at first is shown at once.
        const wait = timer === undefined && growing.count > 0 && !drawn ? 0 : Math.max(drawMs, drawMsPerStep * growing.count);
        drawn = true;
        timer ??= window.setTimeout(draw, wait);
      },
      { onError: (error) => setState({ run, growing, error }) },
    );
    return () => {
      stop();
      window.clearTimeout(timer);
    };
  }, [run, active]);
  return state.run === run ? { curves: state.curves, error: state.error } : { curves: undefined, error: undefined };
}
