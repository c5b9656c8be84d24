/** @file The name under which a dataset stands now: it may have been renamed since a run was made of it, its content says which it is. */

import { LabError } from '../../../preload/contract/errors';
import type { DatasetInfo } from '../../../preload/contract/datasets';
import { openCatalog } from './catalog';
import { readDataset } from './dataset-folder';

/** What a run keeps of its dataset. */
export interface DatasetOfRun {
  name: string;
  hash: string;
}

/** Among `known`: its own name if that has its content, else any that has; its own where none has. */
export const nameAmong = (known: readonly DatasetInfo[], { name, hash }: DatasetOfRun): string => {
  const same = known.filter((info) => info.hash === hash).map((info) => info.name);
  return same.includes(name) ? name : (same[0] ?? name);
};

/** The same in a home; others are looked at only where its own name has other content or none. */
export function nameNow(home: string, dataset: DatasetOfRun): string {
  if (standsAs(home, dataset)) return dataset.name;
  const catalog = openCatalog(home);
  try {
    return nameAmong(catalog.datasets(), dataset);
  } finally {
    catalog.close();
  }
}

function standsAs(home: string, { name, hash }: DatasetOfRun): boolean {
  try {
    return readDataset(home, name)?.info.hash === hash;
  } catch (caught) {
    // A damaged one is none that could be worked with.
    if (caught instanceof LabError) return false;
    throw caught;
  }
}
