/** @file Where packed views stand: HOME/views/KEY/ with view.json and, for each split, SPLIT.u8 and SPLIT.labels. */

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Split, ViewConfig } from '../../../preload/contract/datasets';

export const viewsFolder = (home: string): string => join(home, 'views');
export const viewFolder = (home: string, key: string): string => join(home, 'views', key);
export const viewFile = 'view.json';
/** uint8 [count, height, width, channels], then int32 [count] little-endian, -1 for no label. */
export const pixelFile = (split: Split): string => `${split}.u8`;
export const labelFile = (split: Split): string => `${split}.labels`;

/** Raise it when the same data and config give other bytes. */
const packing = 1;

/** The address of a view by its content: the dataset's hash and the config. */
export function viewKey(datasetHash: string, { height, width, channels, fit }: ViewConfig): string {
  return createHash('sha256').update(JSON.stringify([packing, datasetHash, height, width, channels, fit])).digest('hex');
}
