/** @file Calls on latent spaces. */

import type { HandlersOf } from '../../../preload/contract/contract';
import type { latents } from '../../../preload/contract/domains/latents';
import type { Desk } from '../desk';
import { decode, latentLoss, latentMap, latentsAt, latentStats, placeImage, thumbnails, traverse, walk } from '../latents';
import { onDevice } from '../training';

export const latentCalls = ({ lab }: Desk): HandlersOf<typeof latents> => ({
  map: async (args, work) => latentMap(lab, await onDevice(lab, args), work),
  loss: async (args, work) => latentLoss(lab, await onDevice(lab, args), work),
  stats: async (args, work) => latentStats(lab, await onDevice(lab, args), work),
  at: async (args, work) => latentsAt(lab, await onDevice(lab, args), work),
  decode: async (args, work) => decode(lab, await onDevice(lab, args), work),
  walk: async (args, work) => walk(lab, await onDevice(lab, args), work),
  traverse: async (args, work) => traverse(lab, await onDevice(lab, args), work),
  placeImage: async (args, work) => placeImage(lab, await onDevice(lab, args), work),
  thumbnails: (args, work) => thumbnails(lab, args, work),
});
