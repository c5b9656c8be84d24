/** @file The report of runs: what a run is, what it learnt and how, gathered for the page that main/exports writes. */

import { viewConfig } from '../../preload/contract/datasets';
import type { EvaluateResult } from '../../preload/contract/inference';
import type { MethodForm } from '../../preload/contract/domains/training';
import type { Work } from '../../preload/contract/progress';
import type { RunInfo } from '../../preload/contract/runs';
import type { Measure, Setting } from '../exports/report';
import { abilitiesOf } from './abilities';
import { readDataset } from './datasets';
import type { FigurePlan, Page, RunPlan, Table } from './exporting/material';
import { writeMaterial } from './exporting/write-material';
import { denoisingFigure, interpolationFigure, latentMapFigure, reconstructionFigure, samplesFigure, type Subject } from './figures';
import type { Lab } from './lab';
import { methodForm } from './methods';
import { measure } from './models';
import { runOf } from './runs';
import { formatNumber, translate, wordError, type Language } from './words';

/** What a report draws and measures. Places are in the test split. */
const drawn = { samples: { n: 64, seed: 1 }, reconstructions: 24, pairs: 4, denoising: { n: 16, rows: 4, frames: 26, seed: 2 } } as const;
const measured = { images: 1_000, samples: 100 } as const;

/** The report of one run, with figures and measures after what it can do. @throws LabError 'run-not-found' */
export async function reportPlan(lab: Lab, subject: Subject, work: Work): Promise<Page> {
  const { run, language, device } = subject;
  const info = await runOf(lab, run);
  const abilities = await abilitiesOf(lab, run);
  const figures: FigurePlan[] = [];
  const tests = readDataset(lab, info.dataset.name).splits.test ?? 0;
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
    measures.push(...measuresOf(await measure(lab, run, { ...measured, device }, work), language));
  }
  const title = translate('figures:report.title', language, { run });
  return { kind: 'page', stamp: { run, seed: info.seed, settings: {} }, title, runs: [await runPlan(lab, run, { figures, measures }, language)] };
}

/** Writes the report. -> its absolute path @throws as `reportPlan` */
export async function writeReport(lab: Lab, { out, ...subject }: Subject & { out: string }, work: Work): Promise<string> {
  const page = await reportPlan(lab, subject, work);
  return (await writeMaterial(out, page, { form: 'html', options: {}, language: subject.language, home: lab.home }, work)).path;
}

/** All that a page says of a run; figures and measures are handed in. */
export async function runPlan(lab: Lab, run: string, { figures, measures = [] }: { figures: RunPlan['figures']; measures?: readonly Measure[] }, language: Language): Promise<RunPlan> {
  const info = await runOf(lab, run);
  const dataset = readDataset(lab, info.dataset.name);
  const { height, width, channels } = viewConfig.parse(info.view);
  const form = methodForm(info.method, language);
  return {
    report: {
      run: info,
      method: { title: form.title, summary: form.summary, paper: form.paper },
      dataset: { count: dataset.count, labels: dataset.labels.length, splits: { train: dataset.splits.train ?? 0, test: dataset.splits.test ?? 0 } },
      images: { height, width, channels },
      settings: settingsOf(info, form),
      measures,
      failure: info.error && wordError(info.error, language),
    },
    figures,
    metricTitles: form.metrics,
  };
}

/** The run's settings, each with its name, its default and whether it was changed. */
export async function settingsTable(lab: Lab, run: string, language: Language): Promise<Pick<Table, 'header' | 'rows'>> {
  const info = await runOf(lab, run);
  const { schema } = methodForm(info.method, language);
  const properties = schema['properties'] as Record<string, { title: string; default?: unknown }>;
  const text = (value: unknown): string | number => (typeof value === 'number' || typeof value === 'string' ? value : JSON.stringify(value ?? null));
  const rows = Object.entries(properties).map(([field, { title, default: preset }]) => [field, title, text(info.config[field] ?? preset), text(preset)]);
  const facts = { method: info.method, dataset: info.dataset.name, seed: info.seed, steps: info.steps, seconds: info.seconds, device: info.device };
  return { header: ['setting', 'title', 'value', 'default'], rows: [...rows, ...Object.entries(facts).map(([field, value]) => [field, translate(`exports:fact.${field}`, language), value, ''])] };
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
