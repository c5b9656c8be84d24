/** @file Pictures of a latent space: vectors decoded, walks, planes, images beside what the model makes of them. */

import type { NpyArray } from '../../exports/npy';
import { walkSteps } from '../films';
import type { Lab } from '../lab';
import { decode, traverse, walk as latentWalk } from '../latents';
import { reconstruct } from '../models';
import { runOf } from '../runs';
import { translate } from '../words';
import type { Gather } from './gather';
import type { Cells } from './material';
import { stampOf } from './stamp';

/** The run's own dataset unless another is named. */
const datasetOf = async (lab: Lab, { run, dataset }: { run: string; dataset?: string }): Promise<string> => dataset ?? (await runOf(lab, run)).dataset.name;

const arrayOf = (shape: readonly number[], data: Uint8Array | Float32Array): NpyArray => ({ shape: [...shape], data: data as NpyArray['data'] });

export const decoded: Gather<'decoded'> = async (lab, request, _showing, work) => {
  const { run, device, z, latentSize, columns } = request;
  const { images, shape } = await decode(lab, { run, dataset: await datasetOf(lab, request), device, z, latentSize }, work);
  const arrays = { z: arrayOf([shape[0], latentSize], z), images: arrayOf(shape, images) };
  return { kind: 'cells', stamp: await stampOf(lab, request), images, shape: [1, ...shape] as unknown as Cells['shape'], columns, film: 'rest', arrays };
};

export const walk: Gather<'walk'> = async (lab, request, { form, frames }, work) => {
  const { run, device, from, to, method } = request;
  const steps = frames ?? (form === 'gif' || form === 'webp' ? Math.max(walkSteps, request.steps) : request.steps);
  const { images, shape, z, latentSize } = await latentWalk(lab, { run, dataset: await datasetOf(lab, request), device, from, to, method, steps }, work);
  const arrays = { z: arrayOf([steps, latentSize], z), images: arrayOf(shape, images) };
  return { kind: 'cells', stamp: await stampOf(lab, request, { steps }), images, shape: [steps, 1, ...shape.slice(1)] as unknown as Cells['shape'], film: 'back', arrays };
};

export const traversal: Gather<'traversal'> = async (lab, request, _showing, work) => {
  const { what: _what, ...asked } = request;
  const { images, shape, z } = await traverse(lab, { ...asked, dataset: await datasetOf(lab, request) }, work);
  const [rows, columns, ...size] = shape;
  const arrays = { z: arrayOf([rows, columns, z.length / (rows * columns)], z), images: arrayOf(shape, images) };
  return { kind: 'cells', stamp: await stampOf(lab, request), images, shape: [1, rows * columns, ...size] as unknown as Cells['shape'], columns, film: 'rest', arrays };
};

export const reconstructions: Gather<'reconstructions'> = async (lab, request, { language }, work) => {
  const { run, dataset, device, n, split } = request;
  const { originals, reconstructions: made, shape } = await reconstruct(lab, run, { dataset, device, n, split }, work);
  const titles = [translate('exports:grid.originals', language), translate('exports:grid.reconstructions', language)] as const;
  return { kind: 'pairs', stamp: await stampOf(lab, request), originals, reconstructions: made, shape, titles };
};
