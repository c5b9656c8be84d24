/** @file Exports of a run: its graphs, its latent vectors, its report. */

import { join, resolve } from 'node:path';
import { LabError } from '../../preload/contract/errors';
import type { Work } from '../../preload/contract/progress';
import { writeExport } from '../exports/write';
import { listGraphs, readGraph } from '../runs/run';
import type { Lab } from './lab';
import { writeEncoding } from './pictures';
import { writeReport } from './report';
import type { Language } from './words';

export const exportKinds = ['onnx', 'report', 'latents'] as const;
export type ExportKind = (typeof exportKinds)[number];

export interface ExportOptions {
  what: ExportKind;
  /** The folder to write into. */
  out: string;
  language: Language;
  device?: string;
}

/** -> absolute paths of the files: graphs/NAME.onnx, latents.npz, or index.html. @throws LabError 'run-not-found', 'checkpoint-missing', 'graph-missing' */
export async function exportRun(lab: Lab, run: string, { what, out, language, device }: ExportOptions, work: Work): Promise<string[]> {
  const folder = resolve(out);
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
      return [(await writeEncoding(lab, run, { out: join(folder, 'latents.npz'), device }, work)).path];
    case 'report':
      return [await writeReport(lab, { run, out: join(folder, 'index.html'), language, device }, work)];
  }
}
