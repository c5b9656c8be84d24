/** @file What a reader is: it recognises its format, and streams images, one way for files of images and one for records of one size. */

import type { z } from 'zod';
import type { Recognition, SkippedItem, Split } from '../../../preload/contract/datasets';
import type { recordLayout } from './record-layout';

/** One image file of a folder, or an entry that could not be followed. `path` is relative to the source's root, with '/' between names. */
export type FoundImage =
  | { kind: 'image'; path: string; label: string | null; split: Split | null }
  | { kind: 'skipped'; item: SkippedItem };

/** Image files below a root, in dataset order. */
export interface ImageSource {
  kind: 'images';
  reader: 'image-folder';
  /** Absolute. */
  root: string;
  /** Files found, from names alone: for progress. */
  expected: number;
  images(): AsyncIterable<FoundImage>;
}

export type RecordLayout = z.infer<typeof recordLayout>;
export type RecordPart = RecordLayout['parts'][number];

/** Some consecutive records. */
export interface RecordBlock {
  count: number;
  /** uint8 [count, height, width, channels] */
  pixels: Uint8Array;
  /** Places in the layout's labels, -1 for none. */
  labels: Int32Array;
}

/** Files that hold images of one size, one after the other. */
export interface RecordSource {
  kind: 'records';
  /** Absolute; the layout's files are relative to it. */
  root: string;
  layout: RecordLayout;
  /** Files beside them that are no part of the data. */
  skipped: SkippedItem[];
}

export type Source = ImageSource | RecordSource;

/** A reader of a file or folder. Errors of both calls: LabError, exit 3. */
export interface Reader {
  /** null when the path is of another format. A path that is of this one, but damaged, is an error. */
  open(path: string, signal: AbortSignal): Promise<Source | null>;
  recognise(source: Source, signal: AbortSignal): Promise<Recognition>;
}
