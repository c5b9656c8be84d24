/** @file Figures of datasets and runs as the library writes them. */

import type { KnownDataset } from '../../../preload/contract/domains/datasets';
import type { Words } from '../../state/words';

/** Width x height, as pictures are spoken of; a range where they differ. */
export function sizeOf({ min, max, common }: KnownDataset['sizes']): string {
  if (common) return `${common[1]} × ${common[0]}`;
  return `${min[1]} × ${min[0]} – ${max[1]} × ${max[0]}`;
}

export const whole = (t: Words, value: number): string => t.number(value, { maximumFractionDigits: 0 });

/** A day, with its hour where it is today's. */
export function moment(t: Words, iso: string): string {
  const at = new Date(iso);
  const today = at.toDateString() === new Date().toDateString();
  return t.date(at, today ? { timeStyle: 'short' } : { dateStyle: 'medium' });
}

export const fullMoment = (t: Words, iso: string): string => t.date(new Date(iso), { dateStyle: 'medium', timeStyle: 'short' });
