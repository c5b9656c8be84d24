/** @file Training metrics as curves of reports and pictures: their titles, and as many points as one can see. */

import type { Curve } from '../exports/report';
import type { Metrics } from '../runs/journal';
import { hasWords, translate, type Language } from './words';

/** A curve has at most this many points: each is the mean of a block of steps. */
const curvePoints = 400;

/** @param titles of metrics that the method words itself */
export function curvesOf({ steps, series }: Metrics, titles: Readonly<Record<string, string>>, language: Language): Curve[] {
  const block = Math.max(1, Math.ceil(steps.length / curvePoints));
  const how = translate('figures:curve.how', language, { count: block });
  const titleOf = (name: string) => metricTitle(name, titles, language);
  return Object.entries(series).map(([name, values]) => ({
    title: titleOf(name),
    how,
    series: [{ name: titleOf(name), x: blockMeans(steps, block), y: blockMeans(values, block) }],
  }));
}

/** A training metric's name: the method's own, else the trainer's. */
export function metricTitle(name: string, metrics: Readonly<Record<string, string>>, language: Language): string {
  const key = `figures:curve.${name}`;
  return metrics[name] ?? (hasWords(key, language) ? translate(key, language) : name);
}

/** Means of each `block` values; values that are not numbers are left out, a block of none is NaN. */
function blockMeans(values: readonly number[], block: number): number[] {
  const means: number[] = [];
  for (let first = 0; first < values.length; first += block) {
    const known = values.slice(first, first + block).filter((value) => Number.isFinite(value));
    means.push(known.length > 0 ? known.reduce((sum, value) => sum + value, 0) / known.length : NaN);
  }
  return means;
}

