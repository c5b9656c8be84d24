/** @file A folder of image files, or one image file. Labels come from sub-folders, or from StyleGAN's dataset.json. */

import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Recognition } from '../../../../preload/contract/datasets';
import type { FoundImage, ImageSource, Reader, Source } from '../reader';
import { readingError } from '../reading';
import { isImageKind, kindOfFile } from '../signatures';
import { walk } from '../walk';
import { folderLayout, hasImageEnding, placeOf } from './layout';
import { labelFileName, styleganLabels } from './stylegan-labels';

/** Files without an image's ending that are looked into before a folder counts as one without images. */
const maxLookedInto = 256;

async function openFolder(path: string, signal: AbortSignal): Promise<ImageSource | null> {
  let files = 0;
  let lookedInto = 0;
  let holdsImages = false;
  for await (const found of walk(path)) {
    if (signal.aborted) break;
    if (found.kind !== 'file') continue;
    files++;
    if (holdsImages) continue;
    holdsImages = hasImageEnding(found.path);
    if (!holdsImages && lookedInto++ < maxLookedInto) {
      holdsImages = isImageKind(await kindOfFile(join(path, found.path)).catch(() => 'unknown' as const));
    }
  }
  if (!holdsImages) return null;
  const { base, hasSplits } = await folderLayout(path, signal);
  const labels = await styleganLabels(base);
  async function* images(): AsyncGenerator<FoundImage> {
    for await (const found of walk(base)) {
      if (found.kind === 'skipped') yield found;
      else if (!labels) yield { kind: 'image', path: found.path, ...placeOf(found.path, hasSplits) };
      else if (found.path !== labelFileName) yield { kind: 'image', path: found.path, label: labels.get(found.path) ?? null, split: null };
    }
  }
  return { kind: 'images', reader: 'image-folder', root: base, expected: files, images };
}

function oneImage(path: string): ImageSource {
  async function* images(): AsyncGenerator<FoundImage> {
    yield { kind: 'image', path: basename(path), label: null, split: null };
  }
  return { kind: 'images', reader: 'image-folder', root: dirname(path), expected: 1, images };
}

export const imageFolderReader: Reader = {
  async open(path, signal) {
    let found;
    try {
      found = await stat(path);
    } catch (caught) {
      throw readingError(caught, path);
    }
    if (found.isDirectory()) return openFolder(path, signal);
    return isImageKind(await kindOfFile(path)) || hasImageEnding(path) ? oneImage(path) : null;
  },

  async recognise(source: Source): Promise<Recognition> {
    let images = 0;
    const labels = new Set<string>();
    if (source.kind === 'images') {
      for await (const found of source.images()) {
        if (found.kind !== 'image' || (source.expected > 1 && !hasImageEnding(found.path))) continue;
        images++;
        if (found.label !== null) labels.add(found.label);
      }
    }
    return { code: 'image-folder', params: { images, folders: labels.size } };
  },
};
