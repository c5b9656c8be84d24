/** @file Files of a header and a body: images in blocks, labels of another file in step with them. */

import { LabError } from '../../../preload/contract/errors';
import { interleave } from './planes';
import type { RecordBlock, RecordLayout, RecordPart } from './reader';
import { ByteReader, fileBytes } from './reading';
import { blockCount } from './record-layout';

export interface BodyFile {
  /** Absolute. */
  path: string;
  gzip: boolean;
  /** Records, as the header says. */
  count: number;
  headerBytes: number;
  /** Of the whole file, unpacked, as the header says. */
  totalBytes: number;
}

/**
 * The body, as runs of up to `atOnce` whole records of `recordBytes` each.
 * @throws what `wrongSize` makes of the bytes found when the file ends early or goes on; LabError 'gzip-damaged', 'path-not-found', 'path-not-readable'
 */
export async function* bodyRecords(file: BodyFile, recordBytes: number, atOnce: number, wrongSize: (got: number | string) => LabError): AsyncGenerator<Buffer> {
  const reader = new ByteReader(fileBytes(file.path, file.gzip));
  try {
    await reader.read(file.headerBytes);
    for (let done = 0; done < file.count; ) {
      const wanted = Math.min(atOnce, file.count - done) * recordBytes;
      const bytes = await reader.read(wanted);
      if (bytes.length < wanted) throw wrongSize(reader.position);
      yield bytes;
      done += wanted / recordBytes;
    }
    // Beyond the end one byte is enough to know: what follows may be a bomb.
    if ((await reader.read(1)).length > 0) throw wrongSize(`> ${file.totalBytes}`);
  } finally {
    await reader.close();
  }
}

/** How one image lies in a body. */
export interface ImageShape {
  height: number;
  width: number;
  channels: 1 | 3 | 4;
  /** Whether channels come before height and width. */
  isPlanar: boolean;
}

/** Images of a body with their labels. `records(bytes, atOnce)` reads it; `labels` is null where there are none. */
export async function* imageBlocks(
  records: (recordBytes: number, atOnce: number) => AsyncIterable<Buffer>,
  { height, width, channels, isPlanar }: ImageShape,
  labels: AsyncGenerator<Int32Array> | null,
  layout: RecordLayout,
  part: RecordPart,
): AsyncGenerator<RecordBlock> {
  const recordBytes = height * width * channels;
  const cursor = labels && new LabelCursor(labels, layout.labels);
  try {
    for await (const bytes of records(recordBytes, blockCount(recordBytes))) {
      const count = bytes.length / recordBytes;
      let pixels: Uint8Array = bytes;
      if (isPlanar) {
        pixels = new Uint8Array(bytes.length);
        for (let i = 0; i < count; i++) interleave(bytes, i * recordBytes, height * width, channels, pixels, i * recordBytes);
      }
      yield { count, pixels, labels: cursor ? await cursor.take(count, part) : new Int32Array(count).fill(-1) };
    }
  } finally {
    await cursor?.close();
  }
}

/** The distinct labels of some files as names, in the order of their numbers. */
export async function labelNames(files: readonly AsyncIterable<Int32Array>[]): Promise<string[]> {
  const seen = new Set<number>();
  for (const file of files) for await (const values of file) for (const value of values) seen.add(value);
  return [...seen].sort((a, b) => a - b).map(String);
}

/** Labels in step with images: runs of another length, as places in the list of names. */
class LabelCursor {
  private run = new Int32Array(0);
  private at = 0;
  private readonly places: ReadonlyMap<number, number>;

  constructor(
    private readonly values: AsyncGenerator<Int32Array>,
    names: readonly string[],
  ) {
    this.places = new Map(names.map((name, place) => [Number(name), place]));
  }

  /** @throws LabError 'labels-count' */
  async take(count: number, part: RecordPart): Promise<Int32Array> {
    const taken = new Int32Array(count);
    for (let i = 0; i < count; i++) {
      if (this.at === this.run.length) {
        const { value, done } = await this.values.next();
        if (done) throw new LabError('labels-count', { path: part.labelFile ?? '', images: part.count, labels: i });
        this.run = value as Int32Array<ArrayBuffer>;
        this.at = 0;
      }
      taken[i] = this.places.get(this.run[this.at++]) ?? -1;
    }
    return taken;
  }

  async close(): Promise<void> {
    await this.values.return(undefined);
  }
}
