/** @file The runs of the home: looked at, named, noted, removed and had back. What trains them is in `training`. */

import { z } from 'zod';
import { call, defineDomain, watch } from '../domain';
import { brokenRun, runInfo, runNotes, storedStep } from '../runs';
import { trashedEntry } from './datasets';

/** What a run's graphs can do: a panel asks for these, never for a method. */
export const ability = z.enum(['encode', 'decode', 'elbo', 'denoise']);
export type Ability = z.infer<typeof ability>;

/** A run and what it can do. */
export const knownRun = z.object({ ...runInfo.shape, abilities: z.array(ability) });
export type KnownRun = z.infer<typeof knownRun>;

/** What it takes more than a look at run.json to know. */
export const runFacts = z.object({
  run: z.string(),
  /** On the disk. */
  bytes: z.number(),
  /** The newest metrics of training; null before the first, and for a value that is no finite number. */
  last: z.object({ step: z.int(), values: z.record(z.string(), z.number().nullable()) }).nullable(),
});
export type RunFacts = z.infer<typeof runFacts>;

const run = z.string();

export const runs = defineDomain(
  {
    get: call(z.object({ run }), knownRun),
    /** Of the runs that are shown; one that is gone is left out. */
    facts: call(z.object({ runs: z.array(run).max(100) }), z.array(runFacts)),
    /** What it keeps to go on from (checkpoints) and to be looked back at (snapshots), and all its bytes. */
    disk: call(z.object({ run }), z.object({ checkpoints: z.array(storedStep), snapshots: z.array(storedStep), bytes: z.number() })),
    /** Whether a run may have this name. @throws LabError 'name-invalid', 'run-exists' */
    checkName: call(z.object({ name: z.string().max(1000) }), z.null()),
    rename: call(z.object({ run, name: z.string() }), knownRun),
    /** Text, tags and pin; what is absent stays. */
    note: call(z.object({ run, notes: runNotes.partial() }), knownRun),
    /** Into the trash. */
    remove: call(z.object({ run }), z.object({ id: z.string() })),
    restore: call(z.object({ id: z.string() }), z.object({ run })),
    trash: call(z.object({}), z.array(trashedEntry)),
    /** Out of the trash, for good. */
    discard: call(z.object({ id: z.string() }), z.null()),
  },
  {
    /** The whole list, at first and whenever something in it changed. Newest first. */
    list: watch(z.object({}), z.object({ runs: z.array(knownRun), broken: z.array(brokenRun) })),
  },
);
