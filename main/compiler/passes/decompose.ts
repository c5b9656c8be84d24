/** @file Writes macros out once the layout is known: group norm as a normalisation over each group's elements (Wu & He 2018). */

import type { Graph } from '../ir/graph';
import type { OpAttrs } from '../ir/op';
import { groupAxes } from '../ops/reductions';
import { rewrite } from './rewrite';

export function decompose(graph: Graph): Graph {
  return rewrite(graph, (g, value, [x]) => {
    if (value.op !== 'groupNorm') return undefined;
    const { groups, epsilon, channelAxis } = value.attrs as OpAttrs['groupNorm'];
    const { to, back } = groupAxes(x.shape, groups, channelAxis);
    return back(g, g.op('normalize', [to(g, x)], { epsilon }));
  });
}
