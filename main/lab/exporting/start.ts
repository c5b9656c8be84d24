/** @file Exports as pages ask for them: previewed, then made by a job, in a process of their own, and handed over as a file that is whole. */

import { join } from 'node:path';
import type { ExportMaking, ExportPreview, ExportResult, ExportTarget } from '../../../preload/contract/exports';
import type { JobInfo } from '../../../preload/contract/jobs';
import { LabError } from '../../../preload/contract/errors';
import type { Work } from '../../../preload/contract/progress';
import { placeExport } from '../../exports/write';
import { clock } from '../../platform/clock';
import { inPassingFolder } from '../../platform/passing-folder';
import { abilitiesOf } from '../abilities';
import type { Desk } from '../desk';
import { safeFileName } from '../file-names';
import type { Lab } from '../lab';
import { deviceFor } from '../training';
import { stopIfCancelled } from './cancel';
import { gather } from './gather';
import { openKept, type Kept } from './kept';
import type { Material } from './material';
import { lightened } from './lighten';

export interface Exporting {
  /** @throws as `gather` and `previewMaterial` */
  preview(making: ExportMaking, work: Work): Promise<ExportPreview>;
  /** The job. @throws LabError 'export-path-not-chosen' */
  start(making: ExportMaking & { name: string; to: ExportTarget }): JobInfo;
}

export function openExporting(desk: Desk): Exporting {
  const { lab } = desk;
  const kept = openKept();
  return {
    async preview(making, work) {
      const { request, form, options, language } = making;
      // All of it would be made to say how large it is.
      if (request.what === 'report') return { picture: null, width: null, height: null, frames: null, rows: null, bytes: null, exact: false, seconds: null, drawn: null };
      const light = lightened(request, form, (await abilitiesOf(lab, request.run)).has('denoise'));
      const begun = clock.monotonicMs();
      const material = await gathered(lab, kept, { ...making, request: light.request }, work);
      const known = clock.monotonicMs();
      const seen = await lab.call<Omit<ExportPreview, 'seconds' | 'drawn'>>('exporter', 'preview', { material, form, options, language }, work);
      const now = clock.monotonicMs();
      // What was gathered is kept: the export has only to draw it.
      if (light.share === 1) return { ...seen, seconds: (now - known) / 1000, drawn: null };
      // A drawing of fewer is as large as one of all.
      const grown = (value: number | null) => (value === null ? null : Math.round(material.kind === 'cells' ? value / light.share : value));
      return { ...seen, width: null, height: null, bytes: grown(seen.bytes), exact: false, seconds: (now - begun) / 1000 / light.share, drawn: 'n' in light.request ? light.request.n : null };
    },
    start({ name, to, ...making }) {
      const { request, form } = making;
      if ('path' in to && !desk.chosenPaths.take(to.path)) throw new LabError('export-path-not-chosen', { path: to.path });
      const file = safeFileName(`${name}.${form}`);
      return desk.jobs.start('export', request.run, async (work) => {
        const write = (path: string): Promise<void> => make(lab, kept, making, path, work);
        const result: ExportResult = 'path' in to ? await saved(lab, to.path, file, write, work) : await desk.downloads.offer(file, write);
        return { ...result };
      });
    },
  };
}

/** On the device that is asked for, else the one that the user set. */
async function gathered(lab: Lab, kept: Kept, asked: ExportMaking, work: Work): Promise<Material> {
  const making = { ...asked, request: { ...asked.request, device: await deviceFor(lab, asked.request.device) } };
  const key = await kept.key(lab, making);
  const known = kept.get(key);
  if (known) return known;
  const material = await gather(lab, making.request, making, work);
  kept.put(key, material);
  return material;
}

async function make(lab: Lab, kept: Kept, making: ExportMaking, path: string, work: Work): Promise<void> {
  const { form, options, language } = making;
  const material = await gathered(lab, kept, making, work);
  await lab.call('exporter', 'write', { material, form, options, language, path }, work);
  stopIfCancelled(work.signal, making.request.run);
}

/** Made in the home first: what is killed on the way leaves nothing beside the user's files. */
async function saved(lab: Lab, path: string, name: string, write: (path: string) => Promise<void>, work: Work): Promise<ExportResult> {
  return inPassingFolder(join(lab.home, 'exports-tmp'), async (folder) => {
    const made = join(folder, name);
    await write(made);
    return { name, path, bytes: await placeExport(made, path, work.signal) };
  });
}
