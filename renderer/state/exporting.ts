/** @file Exports as panels ask for them: what is offered, and the dialog that is open. */

import { create } from 'zustand';
import type { KnownRun } from '../../preload/contract/domains/runs';
import type { ExportAsked, ExportForm } from '../../preload/contract/exports';
import { useLibrary } from './library';

/** Something that a panel shows and that can be saved. */
export interface ExportOffer {
  request: ExportAsked;
  /** In the language in force, where the kind of request does not say enough. */
  title?: string;
  /** Only these forms of it, the usual one first. */
  forms?: readonly ExportForm[];
}

/** What the open dialog offers; undefined: it is closed. */
export const useExporting = create<{ offers: readonly ExportOffer[] | undefined }>(() => ({ offers: undefined }));

/** Opens the dialog: with these offers, or with all that a run can do. */
export function openExport(what: string | readonly ExportOffer[]): void {
  const offers = typeof what === 'string' ? offersOfRun(what) : what;
  if (offers.length > 0) useExporting.setState({ offers });
}

export const closeExport = (): void => useExporting.setState({ offers: undefined });

/** All that can be exported of a run, by what its graphs can do and its dataset has. */
export function offersOfRun(name: string): ExportOffer[] {
  const { runs, datasets } = useLibrary.getState();
  const run = runs?.find((one) => one.name === name);
  if (!run) return [];
  const dataset = datasets?.find((one) => one.name === run.dataset.name);
  return requestsOf(run, dataset && (dataset.splits.test ?? 0)).map((request) => ({ request }));
}

/** @param tests images in the test split of the run's dataset; undefined where the dataset is gone */
export function requestsOf({ name: run, abilities }: Pick<KnownRun, 'name' | 'abilities'>, tests: number | undefined): ExportAsked[] {
  const can = (...wanted: KnownRun['abilities']): boolean => wanted.every((ability) => abilities.includes(ability));
  const requests: ExportAsked[] = [];
  if (can('denoise') || can('decode')) requests.push({ what: 'samples', run, n: 64, seed: 0 });
  if (can('denoise')) requests.push({ what: 'denoising', run, sampler: 'ddim', steps: 50, seed: 0, n: 4, show: ['noisy', 'predicted'] });
  if (can('encode', 'decode') && tests !== undefined && tests > 1) requests.push({ what: 'walk', run, from: { split: 'test', index: 0 }, to: { split: 'test', index: 1 }, method: 'linear', steps: 10 });
  if (can('encode', 'decode') && tests !== undefined && tests > 0) requests.push({ what: 'reconstructions', run, n: Math.min(32, tests), split: 'test' });
  if (can('encode') && tests !== undefined) requests.push({ what: 'latentMap', run, split: tests > 0 ? 'test' : 'train' }, { what: 'latents', run });
  requests.push({ what: 'curves', run }, { what: 'settings', run });
  if (abilities.length > 0) requests.push({ what: 'graphs', run });
  if (tests !== undefined) requests.push({ what: 'report', run });
  return requests;
}
