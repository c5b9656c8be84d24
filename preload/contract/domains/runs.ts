/** @file The runs of the home. */

import { z } from 'zod';
import { call, defineDomain, watch } from '../domain';
import { brokenRun, runInfo } from '../runs';

/** What a run's graphs can do: a panel asks for these, never for a method. */
export const ability = z.enum(['encode', 'decode', 'elbo', 'denoise']);
export type Ability = z.infer<typeof ability>;

/** A run and what it can do. */
export const knownRun = z.object({ ...runInfo.shape, abilities: z.array(ability) });
export type KnownRun = z.infer<typeof knownRun>;

export const runs = defineDomain(
  {
    get: call(z.object({ run: z.string() }), knownRun),
  },
  {
    /** The whole list, at first and whenever something in it changed. Newest first. */
    list: watch(z.object({}), z.object({ runs: z.array(knownRun), broken: z.array(brokenRun) })),
  },
);
