/** @file The runs of a home with what each can do; graphs are looked into once, and again only when they were written anew. */

import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Ability, KnownRun, RunFacts } from '../../preload/contract/domains/runs';
import { LabError } from '../../preload/contract/errors';
import type { BrokenRun, RunInfo } from '../../preload/contract/runs';
import { lastMetrics } from '../runs/last-metrics';
import { layoutOf } from '../runs/layout';
import { abilitiesOf } from './abilities';
import { bytesOf } from './disk';
import type { Lab } from './lab';
import { runOf, runsOf } from './runs';

export interface KnownRuns {
  one(run: string): Promise<KnownRun>;
  all(): Promise<{ runs: KnownRun[]; broken: BrokenRun[] }>;
}

/** Folders that are looked into at once. */
const atOnce = 32;

/** Keeps what it learnt for as long as it lives. */
export function openKnownRuns(lab: Lab): KnownRuns {
  const kept = new Map<string, { stamp: string; abilities: Ability[] }>();

  const abilities = async (run: string): Promise<Ability[]> => {
    const stamp = await graphsStamp(layoutOf(lab.home, run).graphs);
    const known = kept.get(run);
    if (known?.stamp === stamp) return known.abilities;
    // A run whose graphs can't be read can do nothing, and is listed all the same.
    const found = [...(await abilitiesOf(lab, run).catch(() => new Set<never>()))];
    kept.set(run, { stamp, abilities: found });
    return found;
  };
  const known = async (info: RunInfo): Promise<KnownRun> => ({ ...info, abilities: await abilities(info.name) });

  return {
    one: async (run) => known(await runOf(lab, run)),
    async all() {
      const { runs, broken } = await runsOf(lab);
      const names = new Set(runs.map(({ name }) => name));
      for (const name of kept.keys()) if (!names.has(name)) kept.delete(name);
      const all: KnownRun[] = [];
      for (let first = 0; first < runs.length; first += atOnce) all.push(...(await Promise.all(runs.slice(first, first + atOnce).map(known))));
      return { runs: all, broken };
    },
  };
}

/** Differs whenever a graph came, went or was written anew. */
async function graphsStamp(folder: string): Promise<string> {
  const names = await readdir(folder).catch(() => []);
  const stamps = await Promise.all(names.map((name) => stat(join(folder, name)).then(({ mtimeMs, size }) => `${name} ${mtimeMs} ${size}`, () => '')));
  return stamps.sort((a, b) => a.localeCompare(b)).join('\n');
}

/** Of each run that stands, in the order asked for. */
export async function factsOf(lab: Lab, runs: readonly string[]): Promise<RunFacts[]> {
  const facts: RunFacts[] = [];
  for (const run of runs) {
    const { folder, info } = layoutOf(lab.home, run);
    if (!(await stat(info).catch(() => null))) continue;
    const last = await lastMetrics(lab.home, run);
    const values = Object.fromEntries(Object.entries(last?.values ?? {}).map(([name, value]) => [name, Number.isFinite(value) ? value : null]));
    facts.push({ run, bytes: await bytesOf(folder), last: last ? { step: last.step, values } : null });
  }
  return facts;
}

/** @throws LabError 'name-invalid', 'run-exists' */
export async function checkNewRunName(lab: Lab, name: string): Promise<void> {
  const { folder } = layoutOf(lab.home, name);
  if (await stat(folder).catch(() => null)) throw new LabError('run-exists', { run: name });
}
