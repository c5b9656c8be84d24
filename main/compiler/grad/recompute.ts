/** @file Gradient checkpointing (Chen et al. 2016, arXiv:1604.06174): inside a marked region the backward pass reads copies, computed anew from the region's inputs once the gradient has come that far. */

import type { Builder } from '../ir/builder';
import { topological } from '../ir/graph';
import type { OpAttrs, Value } from '../ir/op';

/** Values of each region: those between its entries and its exits, both included. */
type Regions = Map<number, Set<Value>>;

const regionOf = (value: Value): number => (value.attrs as OpAttrs['checkpointIn']).region;

function regionsOf(order: readonly Value[]): Regions {
  const below = new Map<Value, Set<number>>();
  for (const value of order) {
    const regions = new Set(value.inputs.flatMap((x) => [...(below.get(x) ?? [])].filter((region) => !(x.op === 'checkpointOut' && regionOf(x) === region))));
    if (value.op === 'checkpointIn') regions.add(regionOf(value));
    if (regions.size > 0) below.set(value, regions);
  }
  const above = new Map<Value, Set<number>>();
  const inside: Regions = new Map();
  if (below.size === 0) return inside;
  for (const value of order.toReversed()) {
    if (value.op === 'checkpointOut') above.set(value, new Set([...(above.get(value) ?? []), regionOf(value)]));
    for (const region of above.get(value) ?? []) {
      if (!below.get(value)?.has(region)) continue;
      inside.set(region, (inside.get(region) ?? new Set()).add(value));
      if (value.op === 'checkpointIn' && regionOf(value) === region) continue;
      for (const x of value.inputs) above.set(x, (above.get(x) ?? new Set()).add(region));
    }
  }
  return inside;
}

export class Recomputation {
  private readonly regions: Regions;
  private readonly copies = new Map<number, Map<Value, Value>>();
  /** By value: the regions it is in, the innermost first. */
  private readonly around = new Map<Value, number[]>();

  constructor(
    private readonly g: Builder,
    private readonly loss: Value,
    private readonly order: readonly Value[],
  ) {
    this.regions = regionsOf(order);
    // A region inside another has fewer values.
    const bySize = [...this.regions].sort(([, a], [, b]) => a.size - b.size);
    for (const [region, values] of bySize) for (const value of values) this.around.set(value, [...(this.around.get(value) ?? []), region]);
  }

  /** To be told of each value before its rule is asked, in the order of the backward pass: at a region's first exit its copies are made. */
  reach(y: Value, dy: Value): void {
    if (y.op !== 'checkpointOut' || this.copies.has(regionOf(y))) return;
    const region = regionOf(y);
    const inside = this.regions.get(region);
    if (!inside) return;
    const { g } = this;
    // A gradient may be a constant, or depend on nothing that comes late: the loss comes after all of the forward pass.
    const some = g.reshape(g.slice(dy, dy.shape.map(() => 0), dy.shape.map(() => 1)), []);
    const after = topological([some]).some(({ op }) => op === 'input') ? g.add(some, this.loss) : this.loss;
    const copies = new Map<Value, Value>();
    const outer = (this.around.get(y) ?? []).filter((other) => other !== region);
    const copyOf = (x: Value): Value => copies.get(x) ?? this.latest(x, outer);
    for (const value of this.order) {
      if (!inside.has(value)) continue;
      const inputs = value.inputs.map(copyOf);
      if (value.op === 'checkpointIn' && regionOf(value) === region) copies.set(value, value.dtype === 'float32' ? g.op('barrier', [inputs[0], after], {}) : inputs[0]);
      else if (value.op === 'checkpointIn' || value.op === 'checkpointOut') copies.set(value, inputs[0]);
      else copies.set(value, g.op(value.op, inputs, value.attrs as never));
    }
    this.copies.set(region, copies);
  }

  /** What the rule of `y` is to read in the place of x (y itself, or one of its inputs). */
  read(y: Value, x: Value): Value {
    return this.latest(x, this.around.get(y) ?? []);
  }

  private latest(x: Value, regions: readonly number[]): Value {
    for (const region of regions) {
      const copy = this.copies.get(region)?.get(x);
      if (copy) return copy;
    }
    return x;
  }
}
