/** @file Calls on latent spaces. */

import type { HandlersOf } from '../../../preload/contract/contract';
import type { latents } from '../../../preload/contract/domains/latents';
import type { Desk } from '../desk';
import { decode, latentLoss, latentMap, latentsAt, latentStats, placeImage, thumbnails, traverse, walk } from '../latents';

export const latentCalls = ({ lab }: Desk): HandlersOf<typeof latents> => ({
  map: (args, work) => latentMap(lab, args, work),
  loss: (args, work) => latentLoss(lab, args, work),
  stats: (args, work) => latentStats(lab, args, work),
  at: (args, work) => latentsAt(lab, args, work),
  decode: (args, work) => decode(lab, args, work),
  walk: (args, work) => walk(lab, args, work),
  traverse: (args, work) => traverse(lab, args, work),
  placeImage: (args, work) => placeImage(lab, args, work),
  thumbnails: (args, work) => thumbnails(lab, args, work),
});
