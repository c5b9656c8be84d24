/** @file What a trained run can do, written to files whose endings say the form: the same files that a page exports. */

import { resolve } from 'node:path';
import { exportRequest, formsOf, type ExportAsked, type ExportOptions } from '../../preload/contract/exports';
import type { Work } from '../../preload/contract/progress';
import { imageGrid } from '../exports/grid';
import { encodePng } from '../exports/png';
import { formatOf, writeExport } from '../exports/write';
import { packView, readDataset, readView, viewOf, type ViewOptions } from './datasets';
import { gather } from './exporting/gather';
import type { Material } from './exporting/material';
import { writeMaterial } from './exporting/write-material';
import type { Lab } from './lab';
import type { Language } from './words';

export interface Written {
  /** Absolute. */
  path: string;
  /** Of the arrays or images that were written. */
  shape: number[];
}

/**
 * Writes what `asked` names in the form that the ending of `out` says.
 * @throws LabError 'picture-format-unknown' before anything is computed; 'graph-missing', and as `gather` and `writeMaterial`
 */
export async function writePicture(lab: Lab, asked: ExportAsked, { out, language, ...options }: ExportOptions & { out: string; language: Language }, work: Work): Promise<Written> {
  // What the run can't do is found out when it is asked.
  const form = formatOf(out, formsOf(asked, ['denoise']));
  const material = await gather(lab, exportRequest.parse(asked), { form, options, language }, work);
  const { path } = await writeMaterial(out, material, { form, options, language, home: lab.home }, work);
  return { path, shape: shapeOf(material) };
}

/** Of the images or vectors in `material`; the moments of each, where there are several. */
function shapeOf(material: Material): number[] {
  if (material.kind === 'cells') {
    const [moments, n, ...size] = material.shape;
    return moments === 1 ? [n, ...size] : n === 1 ? [moments, ...size] : [n, moments, ...size];
  }
  return material.kind === 'pairs' || material.kind === 'latents' ? [...material.shape] : [];
}

/** How a run would see a dataset: images evenly spaced over the training split, at the size, crop and colour chosen (.png). */
export async function writePreview(lab: Lab, dataset: string, { out, n, ...view }: ViewOptions & { out: string; n: number }, work: Work): Promise<Written> {
  formatOf(out, ['png']);
  const info = readDataset(lab, dataset);
  const config = viewOf(info, view);
  await packView(lab, dataset, config, work);
  const images = readView(lab, dataset, config, n);
  const path = resolve(out);
  await writeExport(path, await encodePng(await imageGrid(images), { text: { dataset, view: JSON.stringify(config) } }));
  return { path, shape: [...images.shape] };
}
