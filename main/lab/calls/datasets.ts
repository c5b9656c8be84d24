/** @file Calls on datasets. */

import { basename, dirname, sep } from 'node:path';
import type { HandlersOf } from '../../../preload/contract/contract';
import type { datasets, ImportSource, KnownDataset } from '../../../preload/contract/domains/datasets';
import type { DatasetInfo } from '../../../preload/contract/datasets';
import { errorFromJson, errorToJson } from '../../../preload/contract/errors';
import { datasetFolder } from '../../data/catalog/dataset-folder';
import { viewBytes } from '../../data/catalog/view';
import { freeBytes } from '../../platform/free-space';
import { checkNewName, classCounts, datasetImages, importDataset, listDatasets, nameFromPath, readDataset, recogniseSource, renameDataset, sourceImages, withCatalog } from '../datasets';
import type { Desk } from '../desk';
import { bytesOf } from '../disk';
import { gather } from '../gather';
import { freeName } from '../sample-data';
import { trashOfDatasets } from '../trash';

const known = ({ skipped, ...info }: DatasetInfo): KnownDataset => ({ ...info, skippedCount: skipped.length });

/** Lends the path of what is to be imported. */
const using = <T>({ uploads }: Desk, from: ImportSource, work: (path: string) => Promise<T>): Promise<T> =>
  'path' in from ? work(from.path) : uploads.use(from.upload, (path) => asSent(path, () => work(path)));

/** Files that a page has sent are named in errors as the page knows them. */
async function asSent<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (caught) {
    const { code, params } = errorToJson(caught);
    const above = `${dirname(path)}${sep}`;
    throw errorFromJson({ code, params: Object.fromEntries(Object.entries(params).map(([name, value]) => [name, typeof value === 'string' ? value.replaceAll(above, '') : value])) });
  }
}

export const datasetCalls = (desk: Desk): HandlersOf<typeof datasets> => {
  const { lab, changes, jobs, uploads } = desk;
  return {
    recognise: ({ from }, work) =>
      using(desk, from, async (path) => {
        const recognition = await recogniseSource(lab, path, work);
        return {
          recognition,
          name: freeName(nameFromPath(path), listDatasets(lab).map(({ name }) => name)),
          canLink: 'path' in from && recognition.code !== 'archive',
          free: await freeBytes(lab.home).catch(() => 0),
        };
      }),
    sourceImages: ({ from, count }, work) => using(desk, from, (path) => sourceImages(lab, path, count, work)),
    gather: async ({ paths }) => ({ upload: await gather(uploads, paths) }),
    import({ from, name, keep }) {
      checkNewName(lab, name);
      if ('upload' in from) uploads.state(from.upload);
      return jobs.start('import', name, async (work) => {
        const info =
          'path' in from
            ? await importDataset(lab, { path: from.path, name, keep }, work)
            : await uploads.useUp(from.upload, (path) => asSent(path, () => importDataset(lab, { path, name, keep: 'copy', source: basename(path) }, work)));
        changes.tell('datasets');
        return { dataset: info.name, count: info.count, skipped: info.skipped.length };
      });
    },
    checkName({ name }) {
      checkNewName(lab, name);
      return null;
    },
    async rename({ dataset, name }) {
      const info = await renameDataset(lab, dataset, name);
      changes.tell('datasets');
      return known(info);
    },
    images: ({ dataset, split, from, count, view }, work) => datasetImages(lab, { dataset, split, view, indices: Array.from({ length: count }, (_, i) => from + i) }, work),
    spread({ dataset, split, count, view }, work) {
      const all = readDataset(lab, dataset).splits[split] ?? 0;
      const shown = Math.min(count, all);
      return datasetImages(lab, { dataset, split, view, indices: Array.from({ length: shown }, (_, i) => Math.floor((i * all) / shown)) }, work);
    },
    classCounts: ({ dataset }, work) => classCounts(lab, dataset, work),
    skipped({ dataset, from, count }) {
      const { skipped } = readDataset(lab, dataset);
      return { total: skipped.length, items: skipped.slice(from, from + count) };
    },
    async disk({ dataset }) {
      const { hash } = readDataset(lab, dataset);
      return { originals: await bytesOf(datasetFolder(lab.home, dataset)), views: await viewBytes(lab.home, hash) };
    },
    async remove({ dataset }) {
      const { id } = await withCatalog(lab, (catalog) => catalog.remove(dataset));
      changes.tell('datasets');
      return { id };
    },
    async restore({ id }) {
      const { name } = await withCatalog(lab, (catalog) => catalog.restore(id));
      changes.tell('datasets');
      return { dataset: name };
    },
    trash: () => trashOfDatasets(lab),
    async discard({ id }) {
      await withCatalog(lab, (catalog) => catalog.discard(id));
      return null;
    },
    async list(_args, { emit, signal }) {
      const seen = changes.watcher();
      await emit(listDatasets(lab).map(known));
      while (!signal.aborted) {
        if ((await changes.since(seen, signal)).includes('datasets')) await emit(listDatasets(lab).map(known));
      }
    },
  };
};
