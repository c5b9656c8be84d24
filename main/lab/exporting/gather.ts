/** @file What a request asks for, gathered from the run by calls to the inference process. */

import type { ExportForm, ExportOptions, ExportRequest, ExportWhat, RequestOf } from '../../../preload/contract/exports';
import type { Work } from '../../../preload/contract/progress';
import { readDataset } from '../datasets';
import type { Lab } from '../lab';
import { methodForm } from '../methods';
import { encode } from '../models';
import { reportPlan, settingsTable } from '../report';
import { runOf } from '../runs';
import type { Language } from '../words';
import { denoising, noised, samples, sheet } from './gather-diffusion';
import { decoded, reconstructions, traversal, walk } from './gather-latents';
import type { Material } from './material';
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

async function latents(lab: Lab, request: RequestOf<'latents'> | RequestOf<'latentMap'>, _showing: Showing, work: Work): Promise<Material> {
  const { run, dataset, device } = request;
  const { z, shape, labels, splits } = await encode(lab, run, { dataset, device }, work);
  const { labels: labelNames } = readDataset(lab, dataset ?? (await runOf(lab, run)).dataset.name);
  const map = request.what === 'latentMap' ? { split: request.split, title: request.title } : undefined;
  return { kind: 'latents', stamp: await stampOf(lab, request), z, shape, labels, splits, labelNames, map };
}

const makers: { readonly [What in ExportWhat]: Gather<What> } = {
  samples,
  denoising,
  noised,
  sheet,
  decoded,
  walk,
  traversal,
  reconstructions,
  latents,
  latentMap: latents,
  curves: async (lab, request, { language }) => {
    const { method } = await runOf(lab, request.run);
    return { kind: 'curves', stamp: await stampOf(lab, request), metrics: request.metrics, logY: request.logY, titles: methodForm(method, language).metrics };
  },
  settings: async (lab, request, { language }) => ({ kind: 'table', stamp: await stampOf(lab, request), ...(await settingsTable(lab, request.run, language)) }),
  graphs: async (lab, request) => ({ kind: 'graphs', stamp: await stampOf(lab, request), graph: request.graph }),
  report: async (lab, request, { language }, work) => reportPlan(lab, { run: request.run, language, device: request.device }, work),
};
