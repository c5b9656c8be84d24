/** @file Curves of a run as SVG that stands inside a page: colours of the page's theme, linear or logarithmic axes. */

import { linearTicks, logTicks, type Tick } from './axes';
import { categorical, cssColour } from './marks';
import { escapeXml, round, textWidth } from './typeface';
import type { Wording } from './wording';

export interface Series {
  name: string;
  x: ArrayLike<number>;
  /** A value that is not finite (or not above 0 on a logarithmic axis) breaks the line. */
  y: ArrayLike<number>;
}

export interface ChartOptions {
  /** What a reader who does not see the chart is told. */
  title: string;
  xLabel: string;
  yLabel?: string;
  logX?: boolean;
  logY?: boolean;
  width?: number;
  height?: number;
}

const tickSize = 12;

interface Axis {
  from: number;
  to: number;
  log: boolean;
  ticks: Tick[];
}

/** A line of text of a chart; `name`: of an axis or a line, stronger than the ticks. */
export type WriteText = (text: string, place: { x: number; y: number; anchor?: 'middle' | 'end'; name?: boolean; upright?: boolean }) => string;

/** <text> in the font of the page around it. */
const pageText: WriteText = (text, { x, y, anchor, name, upright }) => {
  const where = upright ? `transform="translate(${round(x)} ${round(y)}) rotate(-90)"` : `x="${round(x)}" y="${round(y)}"`;
  return `<text${name ? ' class="name"' : ''} ${where}${anchor ? ` text-anchor="${anchor}"` : ''}>${escapeXml(text)}</text>`;
};

/** A line for each of `series`, its name above in its colour. Text is <text> in the page's font. An empty chart says so by empty axes. */
export function lineChart(series: readonly Series[], options: ChartOptions, wording: Wording): string {
  const { width = 460, height = 260 } = options;
  const content = chartContent(series, { ...options, width, height }, wording, pageText);
  return `<svg class="chart" role="img" aria-label="${escapeXml(options.title)}" viewBox="0 0 ${width} ${height}" font-size="${tickSize}">${content}</svg>`;
}

/** What stands in a chart, of the classes grid, axis and line, within `width` x `height`. */
export function chartContent(series: readonly Series[], options: ChartOptions & { width: number; height: number }, wording: Wording, write: WriteText): string {
  const { width, height, logX = false, logY = false } = options;
  const x = axis(series.map((one) => one.x), logX, 5, wording, false);
  const y = axis(series.map((one) => one.y), logY, 5, wording, true);
  const legend = legendSvg(series.length > 1 ? series : [], width, write);
  const left = 16 + (options.yLabel ? 18 : 0) + Math.ceil(Math.max(...y.ticks.map(({ text }) => textWidth(text, tickSize)), 0)) + 8;
  const frame = { left, top: 10 + legend.height, right: width - 22, bottom: height - 42 };
  const toX = (value: number) => frame.left + share(x, value) * (frame.right - frame.left);
  const toY = (value: number) => frame.bottom - share(y, value) * (frame.bottom - frame.top);
  const grid = y.ticks.map(({ value }) => `M${round(frame.left)} ${round(toY(value))}H${round(frame.right)}`).join('');
  const middle = tickSize * 0.35;
  return [
    `<path class="grid" d="${grid}"/>`,
    `<path class="axis" d="M${round(frame.left)} ${round(frame.bottom)}H${round(frame.right)}"/>`,
    ...thinned(x.ticks, (frame.right - frame.left) / 1.2).map(({ value, text }) => write(text, { x: toX(value), y: frame.bottom + 17, anchor: 'middle' })),
    ...y.ticks.map(({ value, text }) => write(text, { x: frame.left - 8, y: toY(value) + middle, anchor: 'end' })),
    write(options.xLabel, { x: (frame.left + frame.right) / 2, y: frame.bottom + 36, anchor: 'middle', name: true }),
    options.yLabel ? write(options.yLabel, { x: 14, y: (frame.top + frame.bottom) / 2, anchor: 'middle', name: true, upright: true }) : '',
    legend.svg,
    ...series.map((one, i) => `<path class="line" stroke="${colourOf(i)}" d="${linePath(one, x, y, toX, toY, frame.right - frame.left)}"/>`),
  ].join('');
}

const colourOf = (i: number) => cssColour(categorical[i % categorical.length]);

function axis(values: readonly ArrayLike<number>[], log: boolean, wanted: number, wording: Wording, padded: boolean): Axis {
  let [from, to] = [Infinity, -Infinity];
  for (const one of values) {
    for (let i = 0; i < one.length; i++) {
      if (!Number.isFinite(one[i]) || (log && one[i] <= 0)) continue;
      from = Math.min(from, one[i]);
      to = Math.max(to, one[i]);
    }
  }
  if (from > to) [from, to] = log ? [1, 10] : [0, 1];
  if (from === to) [from, to] = log ? [from / 2, to * 2] : [from - (Math.abs(from) / 10 || 0.5), to + (Math.abs(to) / 10 || 0.5)];
  if (padded) {
    const [a, b] = log ? [Math.log10(from), Math.log10(to)] : [from, to];
    const room = (b - a) * 0.05;
    [from, to] = log ? [10 ** (a - room), 10 ** (b + room)] : [a - room, b + room];
  }
  return { from, to, log, ticks: log ? logTicks(from, to, wanted, wording) : linearTicks(from, to, wanted, wording) };
}

/** 0 at the axis's beginning, 1 at its end. */
function share({ from, to, log }: Axis, value: number): number {
  return log ? Math.log(value / from) / Math.log(to / from) : (value - from) / (to - from);
}

/** Every second, third... tick, so that their texts leave room between them. */
function thinned(ticks: Tick[], width: number): Tick[] {
  const total = ticks.reduce((sum, { text }) => sum + textWidth(text, tickSize) + 12, 0);
  const stride = Math.max(1, Math.ceil(total / width));
  return ticks.filter((_, i) => i % stride === 0);
}

/** As many points as can be told apart: of those that fall on one column of pixels, the first, the least, the greatest and the last. */
function linePath({ x, y }: Series, xAxis: Axis, yAxis: Axis, toX: (value: number) => number, toY: (value: number) => number, width: number): string {
  const shown = (value: number, { log }: Axis) => Number.isFinite(value) && (!log || value > 0);
  let path = '';
  let pen = 'M';
  const put = (i: number) => {
    path += `${pen}${round(toX(x[i]))} ${round(toY(y[i]))}`;
    pen = 'L';
  };
  const dense = x.length > 3 * width;
  for (let i = 0; i < x.length; ) {
    if (!shown(x[i], xAxis) || !shown(y[i], yAxis)) {
      pen = 'M';
      i++;
      continue;
    }
    const column = Math.floor(toX(x[i]));
    let end = i + 1;
    let [least, greatest] = [i, i];
    while (dense && end < x.length && shown(x[end], xAxis) && shown(y[end], yAxis) && Math.floor(toX(x[end])) === column) {
      if (y[end] < y[least]) least = end;
      if (y[end] > y[greatest]) greatest = end;
      end++;
    }
    for (const kept of new Set([i, Math.min(least, greatest), Math.max(least, greatest), end - 1])) put(kept);
    i = end;
  }
  return path;
}

function legendSvg(series: readonly Series[], width: number, write: WriteText): { svg: string; height: number } {
  let [x, row] = [16, 0];
  const parts = series.map(({ name }, i) => {
    const taken = 18 + textWidth(name, tickSize) * 1.1 + 18;
    if (x > 16 && x + taken > width) [x, row] = [16, row + 1];
    const y = 16 + row * 18;
    const part = `<path class="line" stroke="${colourOf(i)}" d="M${round(x)} ${y - 4}h12"/>${write(name, { x: x + 18, y, name: true })}`;
    x += taken;
    return part;
  });
  return { svg: parts.join(''), height: series.length > 0 ? (row + 1) * 18 + 4 : 0 };
}
