/** @file Calls on networks as drawings. */

import type { HandlersOf } from '../../../preload/contract/contract';
import type { network } from '../../../preload/contract/domains/network';
import type { Desk } from '../desk';
import { activations, drawNetwork, openNetwork } from '../network';
import { onDevice } from '../training';

export const networkCalls = ({ lab }: Desk): HandlersOf<typeof network> => ({
  open: (args, work) => openNetwork(lab, args, work),
  drawing: (args, work) => drawNetwork(lab, args, work),
  activations: async (args, work) => activations(lab, await onDevice(lab, args), work),
});
