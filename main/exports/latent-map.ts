/** @file A map of the latent space: points coloured by label, with their legend, their axes and what the projection keeps. */

import { LabError } from '../../preload/contract/errors';
import type { LatentProjection } from '../analysis/latent-projection';
import { percentiles } from '../analysis/statistics';
import { linearTicks, type Tick } from './axes';
import { walksSvg, type Walks } from './map-walks';
import { cssColour, markOf, shapeOutline, stamp, stencil, type Stencil } from './marks';
import { blank, overlaySvg, type Images, type Picture } from './picture';
import type { Stamp as Recipe } from './png';
import { svgDocument } from './svg';
import { placeThumbnails } from './thumbnails';
import { capHeight, fitText, round, textSvg, textWidth, wrapText } from './typeface';
import { number, percent, type Wording } from './wording';

export interface LatentMap extends LatentProjection {
  /** Of each point, a place in `labelNames`; below 0 for none. Without labels all points have one colour. */
  labels?: Int32Array;
  labelNames?: readonly string[];
  /** The image of each point, shown where there is room for it. */
  images?: Images;
  title?: string;
  /** Drawn over the points. */
  walks?: Walks;
  /** What is said below, in the place of what a map of latent vectors says. */
  notes?: readonly string[];
  /** Pixels of the picture for each unit of its layout; 2 is crisp on dense screens. */
  pixelRatio?: number;
}

/** Layout in units of one pixel at ratio 1. */
const edge = 20;
const axisName = 24;
const tickGap = 8;
const axisBottom = 46;
const plotWidth = 680;
const legendRow = 20;
const legendColumn = 150;
const legendColumns = 4;
const mostLegendRows = 40;
const sizes = { title: 18, axis: 13, tick: 12, legend: 13, note: 12 };
const ink = '#1b1f24';
const quiet = '#5b6470';

interface Frame {
  left: number;
  top: number;
  width: number;
  height: number;
  /** Units of the layout for one unit of the data, the same on both axes. */
  scale: number;
  /** What stands in the middle of the frame. */
  centre: [number, number];
}

interface Layout {
  frame: Frame;
  legend: Legend;
  width: number;
  height: number;
  /** Above and below the points. */
  under: string;
  over(withNames: boolean): string;
}

function layOut(map: LatentMap, wording: Wording): Layout {
  const count = map.points.length / 2;
  if (map.labels && map.labels.length !== count) throw new RangeError(`${map.labels.length} labels for ${count} points`);
  if (map.images && map.images.shape[0] !== count) throw new RangeError(`${map.images.shape[0]} images for ${count} points`);
  const top = edge + (map.title ? 34 : 0);
  const frame = frameOf(map, top, wording);
  const legend = legendOf(map, frame, wording);
  const width = frame.left + frame.width + (legend.width > 0 ? 24 + legend.width : 0) + edge;
  const notes = notesOf(map, count, wording).flatMap((note) => wrapText(note, sizes.note, width - 2 * edge));
  const notesTop = Math.max(frame.top + frame.height + axisBottom, legend.bottom) + 18;
  const height = Math.ceil(notesTop + notes.length * 18 + edge - 8);
  const over = (withNames: boolean): string =>
    [
      map.title ? textSvg(fitText(map.title, sizes.title, width - 2 * edge, 'bold'), { x: edge, y: edge + 16, size: sizes.title, fill: ink, weight: 'bold' }) : '',
      axesSvg(map, frame, wording),
      map.walks ? walksSvg(map.walks, (x, y) => [toX(frame, x), toY(frame, y)]) : '',
      ...legend.entries.map(({ text, x, y }) => textSvg(text, { x: x + 18, y, size: sizes.legend, fill: ink })),
      legend.more ? textSvg(legend.more.text, { x: legend.more.x, y: legend.more.y, size: sizes.legend, fill: quiet }) : '',
      ...(withNames ? labelsOnMap(map, frame) : []),
      ...notes.map((line, i) => textSvg(line, { x: edge, y: notesTop + i * 18 + 4, size: sizes.note, fill: quiet })),
    ].join('');
  return { frame, legend, width, height, under: gridSvg(frame, map.dims, wording), over };
}

/** Where the mark of an entry of the legend stands. */
const legendMark = ({ x, y }: { x: number; y: number }): [number, number] => [x + 6, y - (sizes.legend * capHeight) / 2];
const legendRadius = 5;

/**
 * Draws the map, RGB. Up to 70,000 points take well under a second.
 * @throws LabError 'latents-not-finite'; RangeError where points, labels and images differ in number
 */
export async function latentMap(map: LatentMap, wording: Wording): Promise<Picture> {
  const ratio = map.pixelRatio ?? 2;
  const { frame, legend, width, height, under, over } = layOut(map, wording);
  const ground = blank(Math.round(width * ratio), Math.round(height * ratio), 3, [255, 255, 255]);
  const scaled = (content: string) => `<g transform="scale(${ratio})">${content}</g>`;

  const canvas = await overlaySvg(ground, scaled(under));
  drawPoints(canvas, map, frame, ratio);
  const borders = map.images ? placeThumbnails(canvas, map.images, (n) => place(map.points, n, frame, ratio), (n) => markOf(map.labels?.[n] ?? 0).colour, rectangle(frame, ratio)) : [];
  for (const entry of legend.entries) {
    const [x, y] = legendMark(entry);
    stamp(canvas, stencil(entry.mark.shape, legendRadius * ratio), Math.round(x * ratio), Math.round(y * ratio), entry.mark.colour, 1);
  }
  return overlaySvg(canvas, scaled(over(borders.length === 0)));
}

/** The same map as an SVG document, without images: a path for each label, of all its points. @throws as `latentMap` */
export function latentMapSvg(map: LatentMap, wording: Wording, recipe: Recipe): string {
  const { frame, legend, width, height, under, over } = layOut(map, wording);
  const { radius, alpha } = pointStyle(map, 1);
  const paths = new Map<number, string[]>();
  for (let n = 0; n < map.points.length / 2; n++) {
    const label = map.labels ? map.labels[n] : 0;
    const at = `translate(${round(toX(frame, map.points[2 * n]))} ${round(toY(frame, map.points[2 * n + 1]))})`;
    const known = paths.get(label) ?? [];
    known.push(`<use href="#m${markOf(label).shape}" transform="${at}"/>`);
    paths.set(label, known);
  }
  const shapes = [...new Set([...paths.keys()].map((label) => markOf(label).shape))];
  const defs = shapes.map((shape) => `<path id="m${shape}" d="${shapeOutline(shape)}" transform="scale(${round(radius)})"/>`).join('');
  const points = [...paths].map(([label, uses]) => `<g fill="${cssColour(markOf(label).colour)}" fill-opacity="${round(alpha)}">${uses.join('')}</g>`).join('');
  const keys = legend.entries.map((entry) => `<path d="${shapeOutline(entry.mark.shape)}" fill="${cssColour(entry.mark.colour)}" transform="translate(${legendMark(entry).map(round).join(' ')}) scale(${legendRadius})"/>`).join('');
  return svgDocument(`<defs>${defs}</defs>${under}${points}${keys}${over(true)}`, Math.ceil(width), height, recipe);
}

/** Equal scales on both axes; the frame takes the data's shape between 1:2 and 5:4. */
function frameOf({ points: own, dims, walks }: LatentMap, top: number, wording: Wording): Frame {
  let [lowX, highX, lowY, highY] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const points of walks ? [own, walks.paths] : [own]) {
    for (let n = 0; n < points.length; n += 2) {
      const [x, y] = [points[n], points[n + 1]];
      if (!Number.isFinite(x) || !Number.isFinite(y)) throw new LabError('latents-not-finite', { dimension: Number.isFinite(x) ? 1 : 0 });
      lowX = Math.min(lowX, x);
      highX = Math.max(highX, x);
      lowY = Math.min(lowY, y);
      highY = Math.max(highY, y);
    }
  }
  if (lowX > highX) [lowX, highX, lowY, highY] = [-1, 1, -1, 1];
  // Points that coincide, or lie on a line, still need a scale.
  const span = Math.max(highX - lowX, highY - lowY) || 1;
  const spanX = 1.08 * Math.max(highX - lowX, highX === lowX && highY === lowY ? span : span * 1e-3);
  const spanY = 1.08 * Math.max(highY - lowY, span * 1e-3);
  const height = Math.round(plotWidth * Math.min(1.1, Math.max(0.5, spanY / spanX)));
  const scale = Math.min(plotWidth / spanX, height / spanY);
  const frame: Frame = { left: 0, top, width: plotWidth, height, scale, centre: [(lowX + highX) / 2, (lowY + highY) / 2] };
  const ticks = dims === 1 ? [] : ticksOf(frame, wording).y;
  const tickWidth = Math.max(0, ...ticks.map(({ text }) => textWidth(text, sizes.tick)));
  return { ...frame, left: edge + (dims === 1 ? 0 : axisName + Math.ceil(tickWidth) + tickGap) };
}

function place(points: Float32Array, n: number, frame: Frame, ratio: number): [number, number] {
  return [Math.round(toX(frame, points[2 * n]) * ratio), Math.round(toY(frame, points[2 * n + 1]) * ratio)];
}

const toX = (frame: Frame, x: number) => frame.left + frame.width / 2 + (x - frame.centre[0]) * frame.scale;
const toY = (frame: Frame, y: number) => frame.top + frame.height / 2 - (y - frame.centre[1]) * frame.scale;

const rectangle = ({ left, top, width, height }: Frame, ratio: number) => ({ left: left * ratio, top: top * ratio, right: (left + width) * ratio, bottom: (top + height) * ratio });

function ticksOf(frame: Frame, wording: Wording): { x: Tick[]; y: Tick[] } {
  const halfX = frame.width / 2 / frame.scale;
  const halfY = frame.height / 2 / frame.scale;
  return {
    x: linearTicks(frame.centre[0] - halfX, frame.centre[0] + halfX, 8, wording),
    y: linearTicks(frame.centre[1] - halfY, frame.centre[1] + halfY, Math.max(2, Math.round((8 * frame.height) / frame.width)), wording),
  };
}

function gridSvg(frame: Frame, dims: number, wording: Wording): string {
  const { x, y } = ticksOf(frame, wording);
  const lines = [
    ...x.map(({ value }) => `M${round(toX(frame, value))} ${frame.top}v${frame.height}`),
    ...y.filter(({ value }) => dims > 1 || value === 0).map(({ value }) => `M${frame.left} ${round(toY(frame, value))}h${frame.width}`),
  ];
  return `<path d="${lines.join('')}" stroke="#e6e9ed" fill="none"/><rect x="${frame.left}" y="${frame.top}" width="${frame.width}" height="${frame.height}" stroke="#c4cad1" fill="none"/>`;
}

function axesSvg(map: LatentMap, frame: Frame, wording: Wording): string {
  const { x, y } = ticksOf(frame, wording);
  const bottom = frame.top + frame.height;
  const names = [0, 1].map((axis) => {
    if (map.kind === 'latent') return `z${'₁₂'[axis]}`;
    return wording.say('map.pcaAxis', { axis: axis + 1, share: percent(wording, map.explainedRatio[axis]) });
  });
  return [
    ...x.map(({ value, text }) => textSvg(text, { x: toX(frame, value), y: bottom + 17, size: sizes.tick, fill: quiet, anchor: 'middle' })),
    ...(map.dims === 1 ? [] : y).map(({ value, text }) => textSvg(text, { x: frame.left - tickGap, y: toY(frame, value) + (sizes.tick * capHeight) / 2, size: sizes.tick, fill: quiet, anchor: 'end' })),
    textSvg(names[0], { x: frame.left + frame.width / 2, y: bottom + 38, size: sizes.axis, fill: ink, anchor: 'middle' }),
    map.dims === 1 ? '' : textSvg(names[1], { x: edge + 12, y: frame.top + frame.height / 2, size: sizes.axis, fill: ink, anchor: 'middle', upright: true }),
  ].join('');
}

/** Smaller and fainter the more there are. */
function pointStyle({ points, labels, labelNames, images }: LatentMap, ratio: number): { radius: number; alpha: number } {
  const count = points.length / 2;
  const shaped = labels !== undefined && (labelNames?.length ?? 0) > 10;
  return {
    radius: ratio * Math.min(4, Math.max(shaped ? 2.2 : 1.2, 4 * (200 / count) ** 0.25)),
    alpha: (images ? 0.5 : 1) * Math.min(0.9, Math.max(0.3, (500 / count) ** 0.25)),
  };
}

/** In an order that is no label's: the last drawn would hide the rest. */
function drawPoints(canvas: Picture, map: LatentMap, frame: Frame, ratio: number): void {
  const count = map.points.length / 2;
  const { radius, alpha } = pointStyle(map, ratio);
  const stencils = new Map<number, Stencil>();
  // A step that shares no factor with the count visits every point once.
  const step = coprimeStep(count);
  for (let i = 0, n = 0; i < count; i++, n = (n + step) % count) {
    const { colour, shape } = markOf(map.labels ? map.labels[n] : 0);
    const drawn = stencils.get(shape) ?? stencil(shape, radius);
    stencils.set(shape, drawn);
    const [x, y] = place(map.points, n, frame, ratio);
    stamp(canvas, drawn, x, y, colour, alpha);
  }
}

function coprimeStep(count: number): number {
  const factor = (a: number, b: number): number => (b === 0 ? a : factor(b, a % b));
  let step = Math.max(1, Math.round(count * 0.6180339887));
  while (factor(step, count) !== 1) step++;
  return step;
}

interface Legend {
  entries: { mark: ReturnType<typeof markOf>; text: string; x: number; y: number }[];
  more?: { text: string; x: number; y: number };
  width: number;
  bottom: number;
}

function legendOf({ labels, labelNames = [] }: LatentMap, frame: Frame, wording: Wording): Legend {
  if (!labels) return { entries: [], width: 0, bottom: 0 };
  const present = [...new Set(labels)].sort((a, b) => a - b);
  const ordered = [...present.filter((label) => label >= 0), ...(present.some((label) => label < 0) ? [-1] : [])];
  // As high as the map; higher where so many labels would run too far to the right.
  const rows = Math.max(Math.floor(frame.height / legendRow), Math.min(mostLegendRows, Math.ceil(ordered.length / legendColumns)));
  const room = rows * legendColumns;
  const shown = ordered.length > room ? ordered.slice(0, room - 1) : ordered;
  const names = shown.map((label) => fitText(label < 0 ? wording.say('map.unlabelled') : (labelNames[label] ?? String(label)), sizes.legend, legendColumn));
  const columnWidth = 18 + Math.ceil(Math.max(0, ...names.map((name) => textWidth(name, sizes.legend)))) + 16;
  const at = (i: number) => ({ x: frame.left + frame.width + 24 + Math.floor(i / rows) * columnWidth, y: frame.top + (i % rows) * legendRow + 13 });
  const entries = shown.map((label, i) => ({ mark: markOf(label), text: names[i], ...at(i) }));
  const hidden = ordered.length - shown.length;
  const more = hidden > 0 ? { text: wording.say('map.more', { count: hidden }), ...at(shown.length) } : undefined;
  const columns = Math.ceil((shown.length + (more ? 1 : 0)) / rows);
  return { entries, more, width: columns * columnWidth - 16, bottom: frame.top + Math.min(rows, shown.length) * legendRow };
}

/** Each label's name in the middle of its points, where it covers no other name. */
function labelsOnMap({ points, labels, labelNames = [] }: LatentMap, frame: Frame): string[] {
  if (!labels || labelNames.length < 2 || labelNames.length > 30) return [];
  const drawn: { x: number; y: number; half: number }[] = [];
  return labelNames.flatMap((name, label) => {
    const members = Array.from(labels.keys()).filter((n) => labels[n] === label);
    if (members.length === 0) return [];
    const median = (axis: number) => percentiles(members.map((n) => points[2 * n + axis]), [50])[0];
    const text = fitText(name, 14, 110, 'bold');
    const half = textWidth(text, 14, 'bold') / 2;
    const x = Math.min(frame.left + frame.width - half - 4, Math.max(frame.left + half + 4, toX(frame, median(0))));
    const y = toY(frame, median(1)) + 14 * capHeight / 2;
    if (drawn.some((other) => Math.abs(other.x - x) < other.half + half + 4 && Math.abs(other.y - y) < 18)) return [];
    drawn.push({ x, y, half });
    const word = (fill: string) => textSvg(text, { x, y, size: 14, fill, weight: 'bold', anchor: 'middle' });
    return [`<g stroke="#fff" stroke-width="4" stroke-linejoin="round">${word('#fff')}</g>${word(`${cssColour([27, 31, 36])}`)}`];
  });
}

function notesOf(map: LatentMap, count: number, wording: Wording): readonly string[] {
  if (map.notes) return map.notes;
  const notes = [wording.say('map.points', { count })];
  if (map.kind === 'latent') return [...notes, wording.say('map.latentNote')];
  const [first, second] = map.explainedRatio;
  notes.push(wording.say('map.pcaNote', { dims: map.dims, share: percent(wording, first + second) }));
  const trust = map.trustworthiness;
  if (!trust) return [...notes, wording.say('map.trustUnknown')];
  const { neighbours, sampled } = trust;
  return [...notes, wording.say('map.trustNote', { value: number(wording, Math.round(trust.value * 1000) / 1000), neighbours, sampled, count: trust.count })];
}
