/** @file Exports from their start to the file that is saved: the browser's download, or the path that was chosen. */

import { exportResult, type ExportAsked, type ExportForm, type ExportOptions } from '../../preload/contract/exports';
import type { JobInfo } from '../../preload/contract/jobs';
import { lab } from '../link/lab';
import { saveDownload } from '../link/save-download';
import { useLibrary } from './library';
import type { Words } from './words';

export interface ExportOrder {
  request: ExportAsked;
  form: ExportForm;
  options: ExportOptions;
  /** Of the file, without its ending. */
  name: string;
  language: 'en' | 'fr';
}

/** Jobs whose files this page saves; a reload does not lose them. */
const storageKey = 'genoise.exports';
const waiting = new Set<string>((sessionStorage.getItem(storageKey) ?? '').split(' ').filter(Boolean));
const keep = (): void => sessionStorage.setItem(storageKey, [...waiting].join(' '));

/** Starts the job. Under Electron it is asked first where to save. -> undefined if the user changed their mind */
export async function startExport(order: ExportOrder): Promise<JobInfo | undefined> {
  const { name, form } = order;
  if (window.lab) {
    const path = await lab.native.chooseSave({ name: `${name}.${form}`.slice(-200), kinds: [{ name: form.toUpperCase(), extensions: [form] }] });
    return path === null ? undefined : lab.exports.start({ ...order, to: { path } });
  }
  const job = await lab.exports.start({ ...order, to: { download: true } });
  waiting.add(job.id);
  keep();
  // It may have ended before its answer came.
  saveMade(useLibrary.getState().jobs);
  return job;
}

function saveMade(jobs: readonly JobInfo[]): void {
  for (const { id, endedAt, result } of jobs) {
    if (endedAt === undefined || !waiting.delete(id)) continue;
    keep();
    const made = exportResult.safeParse(result).data;
    if (made?.download !== undefined) saveDownload({ ...made, download: made.download });
  }
}

/** Saves what is made while the page is open; called once, when the page starts. */
export function watchExports(): void {
  saveMade(useLibrary.getState().jobs);
  useLibrary.subscribe(({ jobs }) => saveMade(jobs));
}

/** What one can do with an export that is done. */
export function exportAction(t: Words, { result }: JobInfo): { label: string; run(): void } | undefined {
  const made = exportResult.safeParse(result).data;
  if (made?.path === undefined || !window.lab) return undefined;
  const { path } = made;
  return { label: t('export:reveal'), run: () => void lab.native.reveal({ path }).catch(() => undefined) };
}
