/** @file What a request asks for, gathered from the run by calls to the inference process. */

import type { ExportForm, ExportOptions, ExportRequest, ExportWhat, RequestOf } from '../../../preload/contract/exports';
import { LabError } from '../../../preload/contract/errors';
import type { Work } from '../../../preload/contract/progress';
import { readDataset } from '../datasets';
import { stripMoments } from '../films';
import type { Lab } from '../lab';
import { latentMap } from '../latents';
import { methodForm } from '../methods';
import { encode } from '../models';
import { drawNetwork } from '../network';
import { reportPlan, settingsTable } from '../report';
import { runOf } from '../runs';
import { keptSteps, samplesAt } from '../training';
import { formatNumber, type Language } from '../words';
import { stopIfCancelled } from './cancel';
import { denoising, noised, samples, sheet, trajectories } from './gather-diffusion';
import { decoded, reconstructions, traversal, walk } from './gather-latents';
import type { Cells, Material } from './material';
import { stampOf } from './stamp';

/** How it will be shown, as far as it changes what is gathered. */
export interface Showing {
  form: ExportForm;
  /** Moments of a strip or a film. */
  frames: number | undefined;
  language: Language;
}

export type Gather<What extends ExportWhat> = (lab: Lab, request: RequestOf<What>, showing: Showing, work: Work) => Promise<Material>;

/** @throws LabError 'run-not-found', 'graph-missing' and what the inference process throws */
export function gather(lab: Lab, request: ExportRequest, { form, options, language }: { form: ExportForm; options: ExportOptions; language: Language }, work: Work): Promise<Material> {
  const make = makers[request.what] as Gather<ExportWhat>;
  return make(lab, request, { form, frames: options.frames, language }, work);
}

/** Where nobody says how many. */
const mostProgressFrames = 60;
const mostProgressRows = 8;

/** The run's own dataset unless another is named. */
const datasetOf = async (lab: Lab, { run, dataset }: { run: string; dataset?: string }): Promise<string> => dataset ?? (await runOf(lab, run)).dataset.name;

const latents: Gather<'latents'> = async (lab, request, _showing, work) => {
  const { run, device } = request;
  const dataset = await datasetOf(lab, request);
  const { z, shape, labels, splits } = await encode(lab, run, { dataset, device }, work);
  return { kind: 'latents', stamp: await stampOf(lab, request), z, shape, labels, splits, labelNames: readDataset(lab, dataset).labels };
};

/** The map that a page shows, whose encoding is kept: its directions are those of all images, whichever split is drawn. */
const map: Gather<'latentMap'> = async (lab, request, _showing, work) => {
  const { run, device, split, title } = request;
  const { kind, points, rank, latentSize, splits, labels, labelNames, explainedRatio, trustworthiness } = await latentMap(lab, { run, dataset: await datasetOf(lab, request), device }, work);
  const first = split === 'test' ? splits.train : 0;
  const end = split === 'train' ? splits.train : labels.length;
  const flat = new Float32Array((end - first) * 2);
  for (let n = first; n < end; n++) for (let k = 0; k < Math.min(2, rank); k++) flat[2 * (n - first) + k] = points[n * rank + k];
  return {
    kind: 'map',
    stamp: await stampOf(lab, request),
    map: {
      kind,
      points: flat,
      dims: latentSize,
      explainedRatio: [explainedRatio[0], explainedRatio[1] ?? 0],
      trustworthiness: trustworthiness.flat,
      labels: labelNames.length > 0 ? labels.slice(first, end) : undefined,
      labelNames,
      title,
    },
    places: { first, train: splits.train },
  };
};

/** Evenly over the training, the last among them; a strip is of the first few images. */
const progress: Gather<'progress'> = async (lab, request, { form, frames, language }, work) => {
  const { run, step } = request;
  const { samples: steps } = await keptSteps(lab, run);
  const still = form === 'png';
  const count = Math.min(frames ?? (still ? stripMoments : mostProgressFrames), steps.length);
  const chosen = step === undefined ? Array.from({ length: count }, (_, k) => steps[Math.round((k * (steps.length - 1)) / Math.max(1, count - 1))]) : [step];
  if (chosen.length === 0) throw new LabError('sample-not-found', { run, step: 0, known: '-' });
  const sheets: { images: Uint8Array; shape: number[] }[] = [];
  for (const at of chosen) {
    stopIfCancelled(work.signal, run);
    sheets.push(await samplesAt(lab, run, at));
    work.progress({ phase: 'read', done: sheets.length, total: chosen.length });
  }
  const [n, ...size] = sheets[0].shape;
  const shown = still && step === undefined ? Math.min(n, mostProgressRows) : n;
  const length = shown * size.reduce((product, axis) => product * axis, 1);
  return {
    kind: 'cells',
    stamp: await stampOf(lab, request, { steps: chosen }),
    images: Buffer.concat(sheets.map(({ images }) => images.subarray(0, length))),
    shape: [chosen.length, shown, ...size] as unknown as Cells['shape'],
    columnTitles: chosen.length > 1 ? chosen.map((at) => formatNumber(at, language)) : undefined,
    film: 'rest',
    arrays: {},
  };
};

const makers: { readonly [What in ExportWhat]: Gather<What> } = {
  samples,
  progress,
  denoising,
  noised,
  sheet,
  trajectories,
  decoded,
  walk,
  traversal,
  reconstructions,
  latents,
  latentMap: map,
  curves: async (lab, request, { language }) => {
    const { method } = await runOf(lab, request.run);
    return { kind: 'curves', stamp: await stampOf(lab, request), metrics: request.metrics, logY: request.logY, titles: methodForm(method, language).metrics };
  },
  settings: async (lab, request, { language }) => ({ kind: 'table', stamp: await stampOf(lab, request), ...(await settingsTable(lab, request.run, language)) }),
  graphs: async (lab, request) => ({ kind: 'graphs', stamp: await stampOf(lab, request), graph: request.graph }),
  network: async (lab, request, _showing, work) => {
    const { run, graph: named, detail } = request;
    const { network, layout, graph } = await drawNetwork(lab, { source: { run, graph: named }, detail }, work);
    return { kind: 'network', stamp: await stampOf(lab, request), network, layout, title: `${run} · ${graph ?? ''}` };
  },
  report: async (lab, request, { language }, work) => reportPlan(lab, { run: request.run, language, device: request.device }, work),
};
