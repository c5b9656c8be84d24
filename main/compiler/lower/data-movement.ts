/** @file Moves of data whose ONNX ops some providers have for floats alone: booleans and whole numbers travel as floats there, every digit kept. */

import type { Dtype } from '../compiled';
import type { Emitter } from '../emit/emitter';

const half = 65_536;

/** `move` of x, where the provider has that op for floats. */
export function moved(e: Emitter, x: string, dtype: Dtype, move: (x: string) => string): string {
  if (dtype === 'float32' || e.target.ops.has('moves of whole numbers')) return move(x);
  if (dtype !== 'int32') return e.cast(move(e.cast(x, 'float32')), dtype);
  // A float holds 24 bits: x = 65536 high + low.
  const step = e.scalar(half, 'int32');
  const high = e.node('Div', [x, step]);
  const low = e.node('Sub', [x, e.node('Mul', [high, step])]);
  const [movedHigh, movedLow] = [high, low].map((part) => e.cast(move(e.cast(part, 'float32')), 'int32'));
  return e.node('Add', [e.node('Mul', [movedHigh, step]), movedLow]);
}

/** The same of a move that providers have for whole numbers too. */
export function movedBooleans(e: Emitter, xs: string[], dtype: Dtype, move: (xs: string[]) => string): string {
  if (dtype !== 'bool' || e.target.ops.has('moves of whole numbers')) return move(xs);
  return e.cast(move(xs.map((x) => e.cast(x, 'int32'))), 'bool');
}
