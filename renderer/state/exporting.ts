/** @file Exports as panels ask for them: what is offered, and the dialog that is open. */

import { create } from 'zustand';
import type { ExportAsked, ExportForm } from '../../preload/contract/exports';
import { useLibrary } from './library';
import { requestsOf } from './run-exports';

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
