/** @file Where an export stops when it is cancelled: between two pieces of its work. */

import { LabError } from '../../../preload/contract/errors';

/** @throws LabError 'cancelled' */
export function stopIfCancelled(signal: AbortSignal, run: string): void {
  if (signal.aborted) throw new LabError('cancelled', { what: run });
}
