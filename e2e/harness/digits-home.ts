/** @file A home as a newcomer has it after the first look: the sample digits imported, the starter runs there. */

import { firstUse } from '../../main/lab/first-use';
import { openLab } from '../../main/lab/lab';
import { sampleDataset } from '../../main/lab/sample-data';

/** Fills `home`, by the built importer. */
export async function fillDigitsHome(home: string): Promise<void> {
  const lab = openLab({ home });
  try {
    await firstUse(home);
    await sampleDataset(lab, { progress: () => undefined, signal: new AbortController().signal });
  } finally {
    await lab.close();
  }
}
