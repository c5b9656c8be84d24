/** @file What is known of a dataset or a run, in words: one wording wherever it is told. */

import type { KnownDataset } from '../../preload/contract/domains/datasets';
import type { KnownRun } from '../../preload/contract/domains/runs';
import type { Words } from './words';

/** A fact's id (its name is facts:ID) and its words. */
export type Fact = readonly [id: string, words: string];

export const whole = (t: Words, value: number): string => t.number(value, { maximumFractionDigits: 0 });

/** Width x height, as pictures are spoken of; a range where they differ. */
export function sizeOf({ min, max, common }: KnownDataset['sizes']): string {
  if (common) return `${common[1]} × ${common[0]}`;
  return `${min[1]} × ${min[0]} – ${max[1]} × ${max[0]}`;
}

/** A day, with its hour where it is today's. */
export function moment(t: Words, iso: string): string {
  const at = new Date(iso);
  const today = at.toDateString() === new Date().toDateString();
  return t.date(at, today ? { timeStyle: 'short' } : { dateStyle: 'medium' });
}

export const fullMoment = (t: Words, iso: string): string => t.date(new Date(iso), { dateStyle: 'medium', timeStyle: 'short' });

/** A device of a newer program is told by its id. */
export const deviceName = (t: Words, device: string): string => (t.has(`window:device.${device}`) ? t(`window:device.${device}`) : device);

export function datasetFacts(t: Words, info: KnownDataset): Fact[] {
  return [
    ['images', whole(t, info.count)],
    ['splits', t('facts:splitCounts', { train: whole(t, info.splits.train ?? 0), test: whole(t, info.splits.test ?? 0) })],
    ['size', sizeOf(info.sizes)],
    ['colour', t(`facts:channels.${info.channels}`)],
    ...(info.labels.length > 0 ? [['labels', whole(t, info.labels.length)] as const] : []),
    ['reader', t(`facts:readers.${info.reader}`)],
    ['disk', t(`facts:keep.${info.keep}`, { bytes: t.bytes(info.bytes) })],
    ['imported', fullMoment(t, info.importedAt)],
    ['source', info.source],
  ];
}

export function runFacts(t: Words, run: KnownRun): Fact[] {
  return [
    ['method', run.method.toUpperCase()],
    ['dataset', run.dataset.name],
    ['status', t(`window:runStatus.${run.status}`)],
    ['steps', whole(t, run.steps)],
    ['time', t.seconds(run.seconds)],
    ['device', deviceName(t, run.device)],
    ...(run.parameters === undefined ? [] : [['parameters', whole(t, run.parameters)] as const]),
    ['seed', String(run.seed)],
    ...(run.parent ? [['parent', t('facts:parentStep', { run: run.parent.run, step: whole(t, run.parent.step) })] as const] : []),
    ['created', fullMoment(t, run.createdAt)],
  ];
}
