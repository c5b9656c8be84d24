/** @file What can be exported of a run, told by what its graphs can do and what its dataset has. */

import type { KnownRun } from '../../preload/contract/domains/runs';
import type { ExportAsked } from '../../preload/contract/exports';

/** @param tests images in the test split of the run's dataset; undefined where the dataset is gone */
export function requestsOf({ name: run, abilities }: Pick<KnownRun, 'name' | 'abilities'>, tests: number | undefined): ExportAsked[] {
  const can = (...wanted: KnownRun['abilities']): boolean => wanted.every((ability) => abilities.includes(ability));
  const requests: ExportAsked[] = [];
  if (can('denoise') || can('decode')) requests.push({ what: 'samples', run, n: 64, seed: 0 });
  if (can('denoise')) requests.push({ what: 'denoising', run, sampler: 'ddim', steps: 50, seed: 0, n: 4, show: ['noisy', 'predicted'] });
  if (can('encode', 'decode') && tests !== undefined && tests > 1) requests.push({ what: 'walk', run, from: { split: 'test', index: 0 }, to: { split: 'test', index: 1 }, method: 'linear', steps: 10 });
  if (can('encode', 'decode') && tests !== undefined && tests > 0) requests.push({ what: 'reconstructions', run, n: Math.min(32, tests), split: 'test' });
  if (can('encode') && tests !== undefined) requests.push({ what: 'latentMap', run, split: tests > 0 ? 'test' : 'train' }, { what: 'latents', run });
  requests.push({ what: 'curves', run }, { what: 'settings', run });
  if (abilities.length > 0) requests.push({ what: 'graphs', run }, { what: 'network', run, detail: 'stages' });
  if (tests !== undefined) requests.push({ what: 'report', run });
  return requests;
}
