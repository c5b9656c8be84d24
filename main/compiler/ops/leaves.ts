/** @file Where values come from: inputs and constants. The emitter names them before any rule runs. */

import type { OpFamily, Rule } from '../ir/op';

function leaf<Attrs>(): Rule<Attrs> {
  const never = (what: string) => (): never => {
    throw new Error(`internal: a leaf has no ${what}`);
  };
  return { arity: 0, shape: never('shape rule'), vjp: () => [], lower: never('lowering'), reference: never('reference'), cases: [] };
}

export const leaves: OpFamily<'input' | 'constant'> = { input: leaf(), constant: leaf() };
