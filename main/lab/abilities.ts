/** @file What a run can do, told by the signatures of its graphs, never by its method. */

import { readMetadata } from '../compiler/emit/onnx';
import { signatureOf, signatures, type Ability } from '../sampling/signatures';
import { listGraphs, readGraph } from '../runs/run';
import type { Lab } from './lab';

/** @throws LabError 'run-not-found' */
export async function abilitiesOf(lab: Lab, run: string): Promise<Set<Ability>> {
  const found = new Set<Ability>();
  for (const name of await listGraphs(lab.home, run)) {
    const signature = signatureOf({ metadata: readMetadata(await readGraph(lab.home, run, name)) });
    for (const ability of Object.keys(signatures) as Ability[]) if (signatures[ability] === signature) found.add(ability);
  }
  return found;
}
