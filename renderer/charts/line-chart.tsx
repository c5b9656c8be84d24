/** @file One curve over the training step: its values in a faint line, their average in a clear one, live, on a linear or logarithmic axis. */

import { useEffect, useMemo, useRef, useState } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { useSettings } from '../state/settings';
import { useWords } from '../state/words';
import { useSize } from '../widgets/device-pixels';
import styles from './line-chart.module.css';
import { logTicks, placesToDraw, placesWithin, rangeOf, smoothed } from './reduce';

export interface LineChartProps {
  /** With its unit. */
  title: string;
  /** Ascending. The arrays are new when their content is. */
  steps: Float64Array;
  values: Float32Array;
  height: number;
  log: boolean;
  /** 0: as it is; towards 1: calmer. */
  smoothing: number;
  /** Steps in sight; all of them when absent. */
  range?: readonly [number, number];
  onRangeChange(range: [number, number] | undefined): void;
  /** A step to mark: that of the samples in sight. */
  marker?: number;
  /** Charts of one key share their cursor. */
  syncKey: string;
}

/** Steps are whole: 1, 2, 5, 10... */
const wholeIncrements = Array.from({ length: 30 }, (_, i) => [1, 2, 5][i % 3]! * 10 ** Math.floor(i / 3));

/** Numbers whose zeros would be counted by their power of ten: 0.00003 is read wrongly, 1,324,000,000,000 too. */
const formOf = (value: number, digits: number): Intl.NumberFormatOptions => ({ maximumSignificantDigits: digits, ...(value !== 0 && (Math.abs(value) < 1e-4 || Math.abs(value) >= 1e6) && { notation: 'scientific' }) });

/** CSS pixels that a label needs for itself. */
const labelHeight = 14;

/** The splits that have room for their label, from below; the others have their line alone. */
function spaced(chart: uPlot, splits: readonly number[]): (number | null)[] {
  let last = Infinity;
  return splits.map((split) => {
    const y = chart.valToPos(split, 'y');
    if (last - y < labelHeight) return null;
    last = y;
    return split;
  });
}

/** Colour of a token, as it is in the theme in force. */
const token = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

export function LineChart({ title, steps, values, height, log, smoothing, range, onRangeChange, marker, syncKey }: LineChartProps) {
  const t = useWords('charts');
  const theme = useSettings((settings) => settings.theme);
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | undefined>(undefined);
  const { width } = useSize(box);
  const [hovered, setHovered] = useState<{ step: number; value: number } | undefined>(undefined);
  const average = useMemo(() => smoothed(values, smoothing), [values, smoothing]);
  const [first, last] = range ?? [steps[0] ?? 0, Math.max(steps.at(-1) ?? 1, (steps[0] ?? 0) + 1)];
  const drawn = useMemo(() => dataOf(steps, values, average, [first, last], Math.max(50, Math.round(width)), log, smoothing > 0), [steps, values, average, first, last, width, log, smoothing]);

  const live = useRef({ marker, drawn, onRangeChange, average, steps, values });
  live.current = { marker, drawn, onRangeChange, average, steps, values };

  // What uPlot can't change in place makes it anew: the axis, the theme, the words.
  useEffect(() => {
    if (!box.current || width === 0) return;
    const quiet = token('--quiet');
    const grid = { stroke: token('--line'), width: 1 };
    const font = `11px ${token('--font')}`;
    const made = new uPlot(
      {
        width,
        height,
        legend: { show: false },
        padding: [8, 18, 0, 0],
        cursor: { y: false, sync: { key: syncKey }, drag: { x: true, y: false, setScale: false }, points: { size: 6 } },
        scales: { x: { time: false }, y: { distr: log ? 3 : 1 } },
        axes: [
          { stroke: quiet, grid, ticks: { show: false }, font, size: 26, incrs: wholeIncrements, values: (_chart, splits) => splits.map((split) => (Number.isInteger(split) ? t.number(split, { notation: 'compact' }) : '')) },
          { stroke: quiet, grid, ticks: { show: false }, font, size: 52, ...(log && { splits: (_chart, _axis, low, high) => logTicks(low, high), filter: spaced }), values: (_chart, splits) => splits.map((split) => (split === null ? '' : t.number(split, formOf(split, 3)))) },
        ],
        series: [{}, { stroke: token('--accent'), width: 1, alpha: smoothing > 0 ? 0.3 : 1, points: { show: false } }, { stroke: token('--accent'), width: 2, points: { show: false } }],
        hooks: {
          setSelect: [
            (one) => {
              if (one.select.width < 4) return;
              live.current.onRangeChange([one.posToVal(one.select.left, 'x'), one.posToVal(one.select.left + one.select.width, 'x')]);
              one.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
            },
          ],
          setCursor: [
            (one) => {
              const at = one.cursor.idx;
              const step = at === null || at === undefined ? undefined : (one.data[0][at] as number | undefined);
              setHovered(step === undefined || (one.cursor.left ?? -1) < 0 ? undefined : { step, value: valueAt(step, live.current.steps, live.current.average) });
            },
          ],
          draw: [(one) => drawMarker(one, live.current.marker)],
        },
      },
      live.current.drawn.data,
      box.current,
    );
    made.over.addEventListener('dblclick', () => live.current.onRangeChange(undefined));
    chart.current = made;
    return () => {
      chart.current = undefined;
      made.destroy();
    };
  }, [width === 0, theme, t, log, syncKey, smoothing > 0]);

  useEffect(() => chart.current?.setSize({ width, height }), [width, height]);
  useEffect(() => {
    const now = chart.current;
    if (!now) return;
    now.batch(() => {
      now.setData(drawn.data, false);
      now.setScale('x', { min: first, max: last });
      if (drawn.range) now.setScale('y', { min: drawn.range[0], max: drawn.range[1] });
    });
  }, [drawn, first, last]);
  useEffect(() => chart.current?.redraw(false, false), [marker]);

  const now = hovered ?? { step: steps.at(-1) ?? 0, value: average.at(-1) ?? Number.NaN };
  const shown = Number.isFinite(now.value) ? t.number(now.value, formOf(now.value, 4)) : '–';
  return (
    <figure className={styles['chart']}>
      <figcaption className={styles['head']}>
        <span className={styles['title']} title={title}>{title}</span>
        <output className={styles['value']} title={t('atStep', { step: t.number(now.step, { maximumFractionDigits: 0 }) })}>
          {hovered && <span className={styles['step']}>{t('atStep', { step: t.number(now.step, { maximumFractionDigits: 0 }) })}</span>} {shown}
        </output>
      </figcaption>
      <div ref={box} role="img" aria-label={t('curve', { title, first: t.number(values[0] ?? 0), last: shown, steps: t.number(steps.at(-1) ?? 0, { maximumFractionDigits: 0 }) })} style={{ height }} className={styles['plot']} />
    </figure>
  );
}

/** What uPlot draws: places that keep the shape, and the axis's range, never empty. */
function dataOf(steps: Float64Array, values: Float32Array, average: Float32Array, [from, to]: readonly [number, number], columns: number, log: boolean, calm: boolean): { data: uPlot.AlignedData; range: [number, number] | undefined } {
  const places = placesToDraw(values, ...placesWithin(steps, from, to), columns);
  const drawable = (value: number): number | null => (Number.isFinite(value) && (!log || value > 0) ? value : null);
  const x = Array.from(places, (at) => steps[at]);
  const raw = Array.from(places, (at) => drawable(values[at]));
  const mean = calm ? Array.from(places, (at) => drawable(average[at])) : [];
  const bounds = rangeOf(
    Float64Array.from(raw, (value) => value ?? Number.NaN),
    log,
  );
  return { data: [x, raw, calm ? mean : raw.map(() => null)], range: bounds && roomy(bounds, log) };
}

/** Some room above and below; a flat line gets a range of its own. */
function roomy([low, high]: [number, number], log: boolean): [number, number] {
  if (log) return low === high ? [low / 2, high * 2] : [low / 1.1, high * 1.1];
  const room = high === low ? Math.abs(high) * 0.1 || 1 : 0.05 * (high - low);
  return [low - room, high + room];
}

function valueAt(step: number, steps: Float64Array, values: Float32Array): number {
  const [at] = placesWithin(steps, step, step);
  return values[at] ?? Number.NaN;
}

function drawMarker(chart: uPlot, marker: number | undefined): void {
  const { min, max } = chart.scales['x'] ?? {};
  if (marker === undefined || typeof min !== 'number' || typeof max !== 'number' || marker < min || marker > max) return;
  const x = Math.round(chart.valToPos(marker, 'x', true));
  const { ctx, bbox } = chart;
  ctx.save();
  ctx.strokeStyle = token('--text');
  ctx.globalAlpha = 0.7;
  ctx.lineWidth = Math.max(1, Math.round(window.devicePixelRatio));
  ctx.setLineDash([4, 4]);
  ctx.beginPath();
  ctx.moveTo(x, bbox.top);
  ctx.lineTo(x, bbox.top + bbox.height);
  ctx.stroke();
  ctx.restore();
}
