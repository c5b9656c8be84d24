/** @file What an exported file says of its origin. */

import type { ExportRequest } from '../../../preload/contract/exports';
import type { Stamp } from '../../exports/png';
import type { Lab } from '../lab';
import { runOf } from '../runs';

/** The recipe of a request: the run's seed where it has none of its own, and all else that it says. */
export async function stampOf(lab: Lab, { run, device: _device, ...settings }: ExportRequest, more: Record<string, unknown> = {}): Promise<Stamp> {
  const own = 'seed' in settings ? settings.seed : undefined;
  const said = Object.fromEntries(Object.entries(settings).filter(([key]) => key !== 'seed'));
  return { run, seed: own ?? (await runOf(lab, run)).seed, settings: plain({ ...said, ...more }) as Record<string, unknown> };
}

/** Typed arrays as lists of numbers. */
function plain(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) return Array.from(value as Float32Array);
  if (Array.isArray(value)) return value.map(plain);
  if (value !== null && typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one)]));
  return value;
}
