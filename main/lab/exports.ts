/** @file Exports of a run into a folder: its graphs, its latent vectors, its report. */

import { join, resolve } from 'node:path';
import { LabError } from '../../preload/contract/errors';
import type { Work } from '../../preload/contract/progress';
import { writeExport } from '../exports/write';
import { listGraphs, readGraph } from '../runs/run';
import type { Lab } from './lab';
import { writePicture } from './pictures';
import { writeReport } from './report';
import type { Language } from './words';

export const exportKinds = ['onnx', 'report', 'latents', 'map', 'curves', 'settings'] as const;
export type ExportKind = (typeof exportKinds)[number];

export interface ExportOptions {
  what: ExportKind;
  /** The folder to write into. */
  out: string;
  language: Language;
  device?: string;
}

/**
 * -> absolute paths of the files: graphs/NAME.onnx, latents.npz, map.svg and map.csv, curves.svg and metrics.csv, settings.csv, or index.html.
 * @throws LabError 'run-not-found', 'checkpoint-missing', 'graph-missing'
 */
export async function exportRun(lab: Lab, run: string, { what, out, language, device }: ExportOptions, work: Work): Promise<string[]> {
  const folder = resolve(out);
  const write = async (request: Parameters<typeof writePicture>[1], ...names: string[]): Promise<string[]> => {
    const paths: string[] = [];
    for (const name of names) paths.push((await writePicture(lab, request, { out: join(folder, name), language }, work)).path);
    return paths;
  };
  switch (what) {
    case 'onnx': {
      const names = await listGraphs(lab.home, run);
      if (names.length === 0) throw new LabError('checkpoint-missing', { run, rejected: 0 });
      const paths: string[] = [];
      for (const name of names) {
        const path = join(folder, 'graphs', `${name}.onnx`);
        await writeExport(path, await readGraph(lab.home, run, name));
        paths.push(path);
      }
      return paths;
    }
    case 'latents':
      return write({ what: 'latents', run, device }, 'latents.npz');
    case 'map':
      return write({ what: 'latentMap', run, device, split: 'all' }, 'map.svg', 'map.csv');
    case 'curves':
      return [...(await write({ what: 'curves', run }, 'curves.svg')), ...(await write({ what: 'curves', run }, 'metrics.csv'))];
    case 'settings':
      return write({ what: 'settings', run }, 'settings.csv');
    case 'report':
      return [await writeReport(lab, { run, out: join(folder, 'index.html'), language, device }, work)];
  }
}
