/** @file Makes the starter runs in resources/starters: each method trained on the sample digits, small enough to ship.
 *
 * `npm run starters`: about 25 minutes on 2 cores. Each run is trained through the terminal's own functions, then stripped of all but its last checkpoint. */

import { cp, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { openLab } from '../main/lab/lab';
import { configFromText } from '../main/lab/methods';
import { train } from '../main/lab/runs';
import { sampleDataset } from '../main/lab/sample-data';

/** Under 10 MB a run: parameters, two moments and an average in the checkpoint, weights again in each graph. */
const starters = [
  { run: 'starter-vae-digits', method: 'vae', minutes: 2, settings: ['hidden=160,64', 'latentDim=16'] },
  { run: 'starter-ddpm-digits', method: 'ddpm', minutes: 15, settings: [] },
] as const;
const largestBytes = 10e6;
const target = resolve(import.meta.dirname, '..', '..', 'resources', 'starters');

/** Bytes of all files below a folder. */
async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const sizes = await Promise.all(entries.filter((e) => e.isFile()).map(async (e) => (await stat(join(e.parentPath, e.name))).size));
  return sizes.reduce((a, b) => a + b, 0);
}

export async function main(wanted: string[]): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'genoise-starters-'));
  const lab = openLab({ home });
  const work = { progress: () => undefined, signal: new AbortController().signal };
  try {
    const dataset = await sampleDataset(lab, work);
    for (const { run, method, minutes, settings } of starters.filter((s) => wanted.length === 0 || wanted.includes(s.method))) {
      const end = await train(lab, { method, config: configFromText(method, settings), dataset: dataset.name, run, seed: 1, minutes }, work);
      const folder = join(home, 'runs', run);
      const [last] = (await readdir(join(folder, 'checkpoints'))).sort().toReversed();
      const out = join(target, run);
      await rm(out, { recursive: true, force: true });
      for (const part of ['run.json', 'journal', 'graphs', 'samples', join('checkpoints', last)]) await cp(join(folder, part), join(out, part), { recursive: true });
      const bytes = await sizeOf(out);
      console.log(`${run}: ${end.steps} steps, ${end.status}, ${(bytes / 1e6).toFixed(2)} MB`);
      if (bytes > largestBytes) throw new Error(`${run} has ${bytes} bytes, at most ${largestBytes} may ship`);
    }
  } finally {
    await lab.close();
    await rm(home, { recursive: true, force: true });
  }
}
