/** @file The main job with no questions: import the sample, train two models on it, and write what they learnt. */

import { join, resolve } from 'node:path';
import { LabError } from '../../preload/contract/errors';
import type { DatasetInfo } from '../../preload/contract/datasets';
import type { Work } from '../../preload/contract/progress';
import type { Figure } from '../exports/report';
import { writeExport } from '../exports/write';
import { drawFigure } from './exporting/draw';
import type { FigurePlan, Page } from './exporting/material';
import { writeMaterial } from './exporting/write-material';
import { denoisingFigure, interpolationFigure, latentMapFigure, samplesFigure } from './figures';
import type { Lab } from './lab';
import { configFromText } from './methods';
import { runPlan } from './report';
import { resume, runsOf, train } from './runs';
import { freeName, sampleDataset } from './sample-data';
import { translate, type Language } from './words';

/** What is trained, and for how long: together under four minutes with everything around it on 2 cores. */
const plans = {
  vae: { run: 'digits-vae', method: 'vae', minutes: 0.6, seed: 1, settings: [] },
  ddpm: { run: 'digits-ddpm', method: 'ddpm', minutes: 2.7, seed: 1, settings: [] },
} as const;
type Plan = (typeof plans)[keyof typeof plans];

/** What is drawn. Pairs are places in MNIST's test split: 7 to 2, 1 to 0, 4 to 9, 5 to 6. */
const drawn = {
  samples: { n: 64, seed: 1, sampler: 'ddim', steps: 50 },
  denoising: { n: 16, rows: 4, frames: 26, seed: 2, sampler: 'ddim', steps: 50 },
  pairs: [
    [0, 1],
    [2, 3],
    [4, 7],
    [8, 11],
  ],
} as const;

export interface DemoOptions {
  /** The folder to write into. */
  out: string;
  language: Language;
  device?: string;
  onStage?: (stage: 'import' | 'vae' | 'ddpm' | 'pictures') => void;
}

export interface DemoResult {
  runs: { vae: string; ddpm: string };
  /** Absolute: the page to open, and all files. */
  index: string;
  files: string[];
}

/** @throws LabError of any part; 'cancelled' when stopped (what was trained is kept and found again) */
export async function runDemo(lab: Lab, { out, language, device, onStage }: DemoOptions, work: Work): Promise<DemoResult> {
  const folder = resolve(out);
  onStage?.('import');
  const dataset = await sampleDataset(lab, work);
  onStage?.('vae');
  const vae = await trainedRun(lab, plans.vae, dataset, device, work);
  onStage?.('ddpm');
  const ddpm = await trainedRun(lab, plans.ddpm, dataset, device, work);
  onStage?.('pictures');

  const files: string[] = [];
  /** Writes a figure's media under `name`, and hands the figure on to the page. */
  const written = async (name: string, plan: FigurePlan): Promise<Figure> => {
    const figure = await drawFigure(plan, { home: lab.home, language }, work);
    for (const { bytes, type } of figure.media) {
      const path = join(folder, `${name}.${type.replace('image/', '')}`);
      await writeExport(path, bytes);
      files.push(path);
    }
    return figure;
  };
  const ofVae = { run: vae, language, device };
  const ofDdpm = { run: ddpm, language, device };
  const vaeFigures = [
    await written('latent-map', await latentMapFigure(lab, ofVae, work)),
    await written('interpolation', await interpolationFigure(lab, ofVae, drawn.pairs, work)),
  ];
  const ddpmFigures = [
    await written('denoising', await denoisingFigure(lab, ofDdpm, drawn.denoising, work)),
    await written('samples', await samplesFigure(lab, ofDdpm, drawn.samples, work)),
  ];
  const page: Page = {
    kind: 'page',
    stamp: { run: vae, seed: plans.vae.seed, settings: {} },
    title: translate('figures:demo.title', language),
    lead: translate('figures:demo.lead', language, { count: dataset.count }),
    runs: [await runPlan(lab, vae, { figures: vaeFigures }, language), await runPlan(lab, ddpm, { figures: ddpmFigures }, language)],
  };
  const { path: index } = await writeMaterial(join(folder, 'index.html'), page, { form: 'html', options: {}, home: lab.home, language }, work);
  return { runs: { vae, ddpm }, index, files: [...files, index] };
}

/** The plan's run: found trained, trained on where it was stopped, or trained under a free name. */
async function trainedRun(lab: Lab, plan: Plan, dataset: DatasetInfo, device: string | undefined, work: Work): Promise<string> {
  const { runs, broken } = await runsOf(lab);
  const own = runs.filter((info) => isOf(plan, info.name) && info.method === plan.method && info.dataset.hash === dataset.hash);
  const whole = own.find((info) => info.status === 'completed' && info.seconds >= plan.minutes * 60 * 0.98);
  if (whole) return whole.name;
  const begun = own.find((info) => info.steps > 0 && ['stopped', 'cancelled', 'paused'].includes(info.status) && info.seconds < plan.minutes * 60);
  const name = begun?.name ?? freeName(plan.run, [...runs, ...broken].map((info) => info.name));
  const { method, minutes, seed, settings } = plan;
  const end = begun
    ? await resume(lab, name, { minutes, device }, work)
    : await train(lab, { method, config: configFromText(method, settings), dataset: dataset.name, run: name, seed, minutes, device }, work);
  if (end.error) throw new LabError(end.error.code, end.error.params as never);
  if (end.status !== 'completed') throw new LabError('cancelled', { what: name });
  return name;
}

/** The plan's name, or it with a number. */
const isOf = (plan: Plan, name: string): boolean => name === plan.run || (name.startsWith(`${plan.run}-`) && /^\d+$/.test(name.slice(plan.run.length + 1)));
