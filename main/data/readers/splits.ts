/** @file Splits by name: 'train', 't10k', 'val' and their like in the names of files of records. */

import type { Split } from '../../../preload/contract/datasets';
import type { RecordPart } from './reader';

const splitPattern = /(^|-)(train|training|t10k|test|val|valid|validation)(?=-|$)/;

/** Of a name in lower case, its words joined by '-'. */
export function splitOfName(name: string): Split | null {
  const word = splitPattern.exec(name)?.[2];
  return word === undefined ? null : word.startsWith('train') ? 'train' : 'test';
}

/** The name without its split: files of one dataset share it. */
export const setOfName = (name: string): string => name.replace(splitPattern, '').replace(/^-|\*|-$/g, '');

/** Training images first, as in every dataset of this program; splits count only where both are there and every part has one. */
export function inSplitOrder(parts: readonly RecordPart[]): RecordPart[] {
  const sorted = parts.toSorted((a, b) => Number(a.split === 'test') - Number(b.split === 'test'));
  const has = (split: Split) => parts.some((part) => part.split === split);
  const hasSplits = has('train') && has('test') && parts.every(({ split }) => split !== null);
  return hasSplits ? sorted : sorted.map((part) => ({ ...part, split: null }));
}
