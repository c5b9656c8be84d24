/** @file a or b, where a provider has no such op. */

import type { Emitter } from '../emit/emitter';

export function either(e: Emitter, a: string, b: string): string {
  if (e.target.ops.has('Or')) return e.node('Or', [a, b]);
  return e.node('Not', [e.node('And', [e.node('Not', [a]), e.node('Not', [b])])]);
}
