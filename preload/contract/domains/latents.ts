/** @file Latent spaces of runs: what a dataset looks like in them, and the ways through them. */

import * as schema from '../latents';
import { call, defineDomain } from '../domain';

export const latents = defineDomain(
  {
    /** Progress phases: 'pack', 'encode', 'map'. The encoding is kept: who asks again is answered at once. */
    map: call(schema.mapArgs, schema.mapResult),
    /** Progress phase: 'loss'. */
    loss: call(schema.lossArgs, schema.lossResult),
    /** Progress phases: 'axes', 'kl'. */
    stats: call(schema.statsArgs, schema.statsResult),
    at: call(schema.latentsAtArgs, schema.latentsAtResult),
    /** Answered within a few hundredths of a second, whatever else the lab computes. So are the calls below. */
    decode: call(schema.decodeArgs, schema.decodeResult),
    walk: call(schema.walkArgs, schema.walkResult),
    traverse: call(schema.traverseArgs, schema.traverseResult),
    placeImage: call(schema.placeImageArgs, schema.placeResult),
    /** Images of a dataset as a run sees them. */
    thumbnails: call(schema.thumbnailsArgs, schema.thumbnailsResult),
  },
  {},
);
