/**
 * @file What can be exported of a run. A request names what is shown (run, seed, settings, latent vectors), never pixels of a screen: the lab makes it
 * from the run again, at any size, and the file carries its recipe.
 */

import { z } from 'zod';
import { bytes, float32 } from './arrays';
import { splitName } from './datasets';
import { planeOf } from './diffusion';
import { interpolationMethod, samplerName } from './inference';
import { imagePlace, latentPoint, traverseArgs } from './latents';
import { networkDetail } from './network';

export const exportForm = z.enum(['png', 'gif', 'webp', 'svg', 'npz', 'csv', 'onnx', 'zip', 'html']);
export type ExportForm = z.infer<typeof exportForm>;

const seed = z.int().min(0);
const timestep = z.int().min(0);
const ofRun = { run: z.string(), device: z.string().optional() };
/** The run's own dataset when absent. */
const onDataset = { ...ofRun, dataset: z.string().optional() };
/** Training step of a snapshot of the weights; those at the end of training when absent. */
const weights = { at: z.int().min(0).optional() };
const sampler = { sampler: samplerName, steps: z.int().min(1), eta: z.number().min(0).max(1).default(0), seed };
const beginning = imagePlace.extend({ dataset: z.string().optional(), t: timestep });
const finite32 = float32.refine((values) => values.every(Number.isFinite), 'expected finite numbers');

/** x_t, the predicted x_0, the predicted noise. */
export const walkPicture = z.enum(['noisy', 'predicted', 'noise']);
export type WalkPicture = z.infer<typeof walkPicture>;

/** A setting of a sampler that a sheet varies along its rows or its columns. */
const sheetAxis = z.discriminatedUnion('setting', [
  z.object({ setting: z.literal('sampler'), values: z.array(samplerName).min(1).max(2) }),
  z.object({ setting: z.enum(['steps', 'eta', 'seed', 'at']), values: z.array(z.number().min(0)).min(1).max(32) }),
  /** Timesteps to which the image of `from` is noised, in the place of its own. */
  z.object({ setting: z.literal('start'), values: z.array(timestep).min(1).max(32) }),
]);
export type SheetAxis = z.infer<typeof sheetAxis>;

const requests = {
  /** New images, `n` of a seed. */
  samples: z.object({ what: z.literal('samples'), ...ofRun, n: z.int().min(1).max(1_000_000), seed, sampler: samplerName.optional(), steps: z.int().min(1).optional(), eta: z.number().min(0).max(1).optional() }),
  /** Samples that were drawn while the run was trained, from the same noise: as they improved, or at one step. */
  progress: z.object({ what: z.literal('progress'), ...ofRun, step: z.int().min(0).optional() }),
  /** Noise on its way to `n` images: the chosen pictures of each, moment by moment. With `moment`, that one alone: step `moment` of the walk, counted from 0. */
  denoising: z.object({ what: z.literal('denoising'), ...ofRun, ...weights, ...sampler, n: z.int().min(1).max(16), show: z.array(walkPicture).min(1), from: beginning.optional(), moment: z.int().min(0).optional() }),
  /** An image of a dataset noised to each of `t`. */
  noised: z.object({ what: z.literal('noised'), ...onDataset, ...weights, ...imagePlace.shape, seed, t: z.array(timestep).min(1).max(1024) }),
  /** The same noise under two settings: one image for each row and column. */
  sheet: z
    .object({ what: z.literal('sheet'), ...ofRun, ...weights, ...sampler, from: beginning.optional(), rows: sheetAxis, columns: sheetAxis })
    .refine(({ rows, columns, from }) => from !== undefined || (rows.setting !== 'start' && columns.setting !== 'start'), 'start needs an image to begin from'),
  /** Walks of images 0 to n - 1 of the seed in a plane, with images of the dataset behind them. */
  trajectories: z.object({ what: z.literal('trajectories'), ...onDataset, ...weights, ...sampler, n: z.int().min(1).max(256), points: z.int().min(2).max(5000), plane: planeOf }),
  /** Latent vectors decoded: z float32 [n, D]. One image when n is 1. */
  decoded: z.object({ what: z.literal('decoded'), ...onDataset, z: finite32, latentSize: z.int().min(1), columns: z.int().min(1).optional() }),
  /** From one point of the latent space to another. */
  walk: z.object({ what: z.literal('walk'), ...onDataset, from: latentPoint, to: latentPoint, method: interpolationMethod, steps: z.int().min(2).max(500) }),
  /** A plane around a point, as `latents.traverse` decodes it. */
  traversal: traverseArgs.extend({ what: z.literal('traversal'), ...onDataset }),
  /** Images of a split, evenly strided over it, above what the model makes of them. */
  reconstructions: z.object({ what: z.literal('reconstructions'), ...onDataset, n: z.int().min(1).max(10_000), split: splitName }),
  /** The map of a split, or of all images. `title` is drawn above. */
  latentMap: z.object({ what: z.literal('latentMap'), ...onDataset, split: splitName.or(z.literal('all')), title: z.string().max(200).optional() }),
  /** Latent vectors of all images. */
  latents: z.object({ what: z.literal('latents'), ...onDataset }),
  /** Metrics of the training over its steps; all of them when none is named. */
  curves: z.object({ what: z.literal('curves'), ...ofRun, metrics: z.array(z.string()).max(100).optional(), logY: z.boolean().default(false) }),
  /** The run's settings, each with its default. */
  settings: z.object({ what: z.literal('settings'), ...ofRun }),
  /** The graphs, or the one that is named. */
  graphs: z.object({ what: z.literal('graphs'), ...ofRun, graph: z.string().max(200).optional() }),
  /** The drawing of a graph, the run's first one when none is named. */
  network: z.object({ what: z.literal('network'), ...ofRun, graph: z.string().max(200).optional(), detail: networkDetail }),
  /** A page with all figures, measures, curves and settings. */
  report: z.object({ what: z.literal('report'), ...ofRun }),
};
export type ExportWhat = keyof typeof requests;

export const exportRequest = z.discriminatedUnion('what', [
  requests.samples,
  requests.progress,
  requests.denoising,
  requests.noised,
  requests.sheet,
  requests.trajectories,
  requests.decoded,
  requests.walk,
  requests.traversal,
  requests.reconstructions,
  requests.latentMap,
  requests.latents,
  requests.curves,
  requests.settings,
  requests.graphs,
  requests.network,
  requests.report,
]);
export type ExportRequest = z.output<typeof exportRequest>;
/** As a page writes it: what has a default may be left out. */
export type ExportAsked = z.input<typeof exportRequest>;
export type RequestOf<What extends ExportWhat> = Extract<ExportRequest, { what: What }>;

const formsByWhat: { readonly [What in ExportWhat]: readonly ExportForm[] } = {
  samples: ['png', 'gif', 'webp', 'npz'],
  progress: ['gif', 'webp', 'png'],
  denoising: ['png', 'gif', 'webp', 'npz'],
  noised: ['png', 'gif', 'webp'],
  sheet: ['png'],
  trajectories: ['png', 'svg', 'csv'],
  decoded: ['png', 'npz'],
  walk: ['png', 'gif', 'webp', 'npz'],
  traversal: ['png', 'npz'],
  reconstructions: ['png'],
  latentMap: ['png', 'svg', 'csv'],
  latents: ['npz', 'csv'],
  curves: ['png', 'svg', 'csv'],
  settings: ['csv'],
  graphs: ['zip'],
  network: ['svg', 'png'],
  report: ['html'],
};

/** The forms that a request can take, the usual one first. `abilities`: of its run; films of samples are made by denoising alone. */
export function formsOf(request: ExportAsked, abilities: readonly string[]): readonly ExportForm[] {
  const forms = formsByWhat[request.what];
  if (request.what === 'graphs' && request.graph !== undefined) return ['onnx'];
  if (request.what === 'samples' && !abilities.includes('denoise')) return forms.filter((form) => !isFilm(form));
  if ((request.what === 'denoising' && request.moment !== undefined) || (request.what === 'progress' && request.step !== undefined)) return ['png'];
  return forms;
}

export const isFilm = (form: ExportForm): form is 'gif' | 'webp' => form === 'gif' || form === 'webp';

/** How it is made; what a form has no use for is left aside. */
export const exportOptions = z.object({
  /** Whole-number zoom of images; the smallest that makes one 64 pixels when absent. Of maps and curves: pixels for each unit of their layout, 2 when absent. */
  scale: z.int().min(1).max(32).optional(),
  /** Moments of a strip or a film, both ends among them. */
  frames: z.int().min(2).max(500).optional(),
  /** Of each frame of a film, in milliseconds; the last rests longer. */
  delayMs: z.int().min(20).max(5_000).optional(),
});
export type ExportOptions = z.infer<typeof exportOptions>;

export const languageName = z.enum(['en', 'fr']);

/** What is to be made, in which form and how. */
export const exportMaking = z.object({ request: exportRequest, form: exportForm, options: exportOptions.default({}), language: languageName });
export type ExportMaking = z.output<typeof exportMaking>;

export const exportPreview = z.object({
  /** The picture, or a film's first frame, as PNG; null for what is no picture. It may be smaller than what is made. */
  picture: bytes.nullable(),
  /** Pixels of what is made. */
  width: z.int().nullable(),
  height: z.int().nullable(),
  frames: z.int().nullable(),
  /** Rows of a table, null for what has none. */
  rows: z.int().nullable(),
  /** Of the file; null where it can't be told before it is made. */
  bytes: z.number().nullable(),
  /** Whether `bytes` is measured, not estimated. */
  exact: z.boolean(),
  /** Images that the preview draws, where they are fewer than will be made. */
  drawn: z.int().nullable(),
  /** That making it will take, as far as is known. */
  seconds: z.number().nullable(),
});
export type ExportPreview = z.infer<typeof exportPreview>;

/** Where the file goes: a path that the user chose in the system's dialog, or a download that the page fetches once. */
export const exportTarget = z.union([z.strictObject({ path: z.string().min(1).max(4096) }), z.strictObject({ download: z.literal(true) })]);
export type ExportTarget = z.infer<typeof exportTarget>;

/** The result of a job 'export'. */
export const exportResult = z.object({
  name: z.string(),
  bytes: z.number(),
  /** Where it stands, for a target with a path... */
  path: z.string().optional(),
  /** ...and the id of GET /download/<id> for a download. */
  download: z.string().optional(),
});
export type ExportResult = z.infer<typeof exportResult>;
