/** @file Calls on datasets. */

import { join } from 'node:path';
import type { HandlersOf } from '../../../preload/contract/contract';
import type { datasets, ImportSource, KnownDataset } from '../../../preload/contract/domains/datasets';
import type { DatasetInfo } from '../../../preload/contract/datasets';
import { datasetFolder } from '../../data/catalog/dataset-folder';
import { viewBytes } from '../../data/catalog/view';
import { freeBytes } from '../../platform/files';
import { checkNewName, classCounts, datasetImages, importDataset, listDatasets, nameFromPath, readDataset, recogniseSource, sourceImages, withCatalog } from '../datasets';
import type { Desk } from '../desk';
import { bytesOf } from '../disk';
import { freeName } from '../sample-data';
import { trashOfDatasets } from '../trash';

const known = ({ skipped, ...info }: DatasetInfo): KnownDataset => ({ ...info, skippedCount: skipped.length });

export const datasetCalls = ({ lab, changes, jobs }: Desk): HandlersOf<typeof datasets> => ({
  async recognise({ from }, work) {
    const path = pathOf(from);
    const recognition = await recogniseSource(lab, path, work);
    return {
      recognition,
      name: freeName(nameFromPath(path), listDatasets(lab).map(({ name }) => name)),
      canLink: 'path' in from && recognition.code !== 'archive',
      free: await freeBytes(lab.home).catch(() => 0),
    };
  },
  sourceImages: ({ from, count }, work) => sourceImages(lab, pathOf(from), count, work),
  import({ from, name, keep }) {
    const path = pathOf(from);
    checkNewName(lab, name);
    return jobs.start('import', name, async (work) => {
      const info = await importDataset(lab, { path, name, keep: 'path' in from ? keep : 'copy' }, work);
      changes.tell('datasets');
      return { dataset: info.name, count: info.count, skipped: info.skipped.length };
    });
  },
  checkName({ name }) {
    checkNewName(lab, name);
    return null;
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
});

function pathOf(from: ImportSource): string {
  if ('path' in from) return from.path;
  throw new Error(join('upload', from.upload));
}
