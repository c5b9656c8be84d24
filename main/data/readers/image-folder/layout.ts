/** @file What the folders of a folder of images mean: splits, labels, or a wrapper around both. */

import { join } from 'node:path';
import type { Split } from '../../../../preload/contract/datasets';
import { listIfReadable } from '../walk';

const imageEnding = /\.(png|jpe?g|jpe|jfif|webp|gif|avif|tiff?|bmp|dib)$/i;
export const hasImageEnding = (name: string): boolean => imageEnding.test(name);

const splitFolders: Readonly<Record<string, Split>> = {
  train: 'train',
  training: 'train',
  test: 'test',
  testing: 'test',
  val: 'test',
  valid: 'test',
  validation: 'test',
};

const splitOfFolder = (name: string): Split | null => splitFolders[name.toLowerCase()] ?? null;

export interface FolderLayout {
  /** The folder whose sub-folders are splits or labels, absolute. */
  base: string;
  /** Whether the sub-folders of `base` are splits. */
  hasSplits: boolean;
}

async function holdsImages(folder: string, signal: AbortSignal, depth = 0): Promise<boolean> {
  if (signal.aborted || depth > 16) return false;
  const entries = await listIfReadable(folder);
  if (entries.some(({ name, isFolder }) => !isFolder && hasImageEnding(name))) return true;
  for (const { name, isFolder } of entries) if (isFolder && (await holdsImages(join(folder, name), signal, depth + 1))) return true;
  return false;
}

/**
 * A folder that holds one folder of folders and nothing else is a wrapper (archives have them). Sub-folders are splits when all that hold
 * images are named train, test, val... and both splits are there: a lone 'train', or one among 'bus' and 'car', is a label.
 */
export async function folderLayout(root: string, signal: AbortSignal): Promise<FolderLayout> {
  let base = root;
  for (let depth = 0; depth < 8; depth++) {
    const entries = await listIfReadable(base);
    if (entries.length !== 1 || !entries[0].isFolder || splitOfFolder(entries[0].name)) break;
    const inside = await listIfReadable(join(base, entries[0].name));
    if (!inside.some(({ name, isFolder }) => isFolder || name === 'dataset.json')) break;
    base = join(base, entries[0].name);
  }
  const splits: (Split | null)[] = [];
  for (const { name, isFolder } of await listIfReadable(base)) {
    if (!isFolder) {
      if (hasImageEnding(name)) splits.push(null);
    } else if (await holdsImages(join(base, name), signal)) splits.push(splitOfFolder(name));
  }
  return { base, hasSplits: splits.includes('train') && splits.includes('test') && !splits.includes(null) };
}

/** Label and split of the file at `path`, relative to the layout's base: torchvision's rule, the first folder below the split is the label. */
export function placeOf(path: string, hasSplits: boolean): { label: string | null; split: Split | null } {
  const folders = path.split('/').slice(0, -1);
  if (!hasSplits) return { label: folders[0] ?? null, split: null };
  const split = splitOfFolder(folders[0] ?? '');
  // An image found outside both splits, by its content, is for training.
  return split ? { label: folders[1] ?? null, split } : { label: folders[0] ?? null, split: 'train' };
}
