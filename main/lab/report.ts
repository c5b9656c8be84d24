/** @file The report of runs: what a run is, what it learnt and how, gathered for the page that main/exports writes. */

import { resolve } from 'node:path';
import { viewConfig } from '../../preload/contract/datasets';
import type { EvaluateResult } from '../../preload/contract/inference';
import type { MethodForm } from '../../preload/contract/domains/training';
import type { Work } from '../../preload/contract/progress';
import type { RunInfo } from '../../preload/contract/runs';
import { htmlReport, type Curve, type Figure, type Measure, type RunReport, type Setting } from '../exports/report';
import { writeExport } from '../exports/write';
import { readMetrics } from '../runs/run';
import { clock } from '../platform/clock';
import { abilitiesOf } from './abilities';
import { readDataset } from './datasets';
import { denoisingFigure, interpolationFigure, latentMapFigure, reconstructionFigure, samplesFigure, wordingOf, type Subject } from './figures';
import type { Lab } from './lab';
import { methodForm } from './methods';
import { evaluate } from './models';
import { runOf } from './runs';
import { genoiseVersion } from './versions';
import { formatNumber, hasWords, translate, wordError, type Language } from './words';

/** What a report draws and measures. Places are in the test split. */
const drawn = { samples: { n: 64, seed: 1 }, reconstructions: 24, pairs: 4, denoising: { n: 16, rows: 4, frames: 26, seed: 2 } } as const;
const measured = { images: 1_000, samples: 100 } as const;

/** The report of one run, with figures and measures after what it can do. -> its absolute path @throws LabError 'run-not-found' */
export async function writeReport(lab: Lab, { out, ...subject }: Subject & { out: string }, work: Work): Promise<string> {
  const { run, language } = subject;
  const abilities = await abilitiesOf(lab, run);
  const figures: Figure[] = [];
  const tests = readDataset(lab, (await runOf(lab, run)).dataset.name).splits.test ?? 0;
  if (abilities.has('denoise') || abilities.has('decode')) figures.push(await samplesFigure(lab, subject, drawn.samples, work));
  if (abilities.has('denoise')) figures.push(await denoisingFigure(lab, subject, drawn.denoising, work));
  if (abilities.has('encode')) figures.push(await latentMapFigure(lab, subject, work));
  if (abilities.has('encode') && abilities.has('decode') && tests > 0) {
    figures.push(await reconstructionFigure(lab, subject, Math.min(drawn.reconstructions, tests), work));
    const pairs = Array.from({ length: Math.min(drawn.pairs, Math.floor(tests / 2)) }, (_, pair) => [2 * pair, 2 * pair + 1] as const);
    if (pairs.length > 0) figures.push(await interpolationFigure(lab, subject, pairs, work));
  }
  const measures: Measure[] = [];
  if (tests > 0 && (abilities.has('elbo') || abilities.has('denoise'))) {
    measures.push(...measuresOf(await evaluate(lab, run, { ...measured, device: subject.device }, work), language));
  }
  const report = await runReport(lab, run, { figures, measures }, language);
  return writePage(out, { title: translate('figures:report.title', language, { run }), runs: [report] }, language);
}

/** Writes the page. -> its absolute path */
export async function writePage(out: string, page: { title: string; lead?: string; runs: readonly RunReport[] }, language: Language): Promise<string> {
  const path = resolve(out);
  const madeAt = new Date(clock.nowMs()).toISOString();
  await writeExport(path, htmlReport({ ...page, madeAt, version: genoiseVersion }, wordingOf(language)));
  return path;
}

/** All that a page says of a run; figures and measures are handed in. */
export async function runReport(lab: Lab, run: string, { figures, measures = [] }: { figures: readonly Figure[]; measures?: readonly Measure[] }, language: Language): Promise<RunReport> {
  const info = await runOf(lab, run);
  const dataset = readDataset(lab, info.dataset.name);
  const { height, width, channels } = viewConfig.parse(info.view);
  const form = methodForm(info.method, language);
  const failure = info.error && wordError(info.error, language);
  return {
    run: info,
    method: form,
    dataset: { count: dataset.count, labels: dataset.labels.length, splits: { train: dataset.splits.train ?? 0, test: dataset.splits.test ?? 0 } },
    images: { height, width, channels },
    settings: settingsOf(info, form),
    figures,
    measures,
    curves: curvesOf(await readMetrics(lab.home, run), form, language),
    failure,
  };
}

function settingsOf({ config }: RunInfo, { schema }: MethodForm): Setting[] {
  const properties = schema['properties'] as Record<string, { title: string; description: string; default?: unknown }>;
  return Object.entries(properties).map(([field, { title, description, default: preset }]) => {
    const value = config[field] ?? preset;
    return {
      label: title,
      help: description,
      value: typeof value === 'number' || typeof value === 'boolean' ? value : Array.isArray(value) ? value.join(', ') : typeof value === 'string' ? value : JSON.stringify(value ?? null),
      isDefault: JSON.stringify(value) === JSON.stringify(preset),
    };
  });
}

/** A curve has at most this many points: each is the mean of a block of steps. */
const curvePoints = 400;

function curvesOf({ steps, series }: { steps: readonly number[]; series: Readonly<Record<string, readonly number[]>> }, { metrics }: MethodForm, language: Language): Curve[] {
  const block = Math.max(1, Math.ceil(steps.length / curvePoints));
  const how = translate('figures:curve.how', language, { count: block });
  const titleOf = (name: string) => metricTitle(name, metrics, language);
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
export function blockMeans(values: readonly number[], block: number): number[] {
  const means: number[] = [];
  for (let first = 0; first < values.length; first += block) {
    const known = values.slice(first, first + block).filter((value) => Number.isFinite(value));
    means.push(known.length > 0 ? known.reduce((sum, value) => sum + value, 0) / known.length : NaN);
  }
  return means;
}

/** Measures of an evaluation, each with how it was computed. */
export function measuresOf(evaluation: EvaluateResult, language: Language): Measure[] {
  const say = (key: string, params?: Record<string, string | number>) => translate(`figures:measure.${key}`, language, params);
  const error = (value: number) => formatNumber(value, language, { maximumSignificantDigits: 2 });
  if ('bound' in evaluation) {
    const { loss, lossError, bound, boundError, images } = evaluation;
    return [
      { label: say('loss'), value: loss, how: say('howLoss', { images, error: error(lossError) }) },
      { label: say('bound'), value: bound, unit: say('bits'), how: say('howBound', { images, error: error(boundError) }) },
    ];
  }
  const { negElbo, recon, kl, iwNll, activeUnits, latentSize, images, iwImages, samples } = evaluation;
  const onTest = say('howTest', { images });
  const unit = say('nats');
  return [
    { label: say('negElbo'), value: negElbo, unit, how: onTest },
    { label: say('recon'), value: recon, unit, how: onTest },
    { label: say('kl'), value: kl, unit, how: onTest },
    { label: say('iwNll'), value: iwNll, unit, how: say('howIw', { images: iwImages, samples }) },
    { label: say('activeUnits'), value: activeUnits, how: say('howActive', { latentSize }) },
  ];
}
