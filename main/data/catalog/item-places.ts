/** @file Where the items of a dataset of image files stand in its index, by split and place: any one is read without reading the others. */

import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { LabError } from '../../../preload/contract/errors';
import type { Split } from '../../../preload/contract/datasets';
import { datasetFolder, itemsFile, parseItem, type DatasetItem, type StoredDataset } from './dataset-folder';
import { hash32, splitOfHash } from './holdout';

export interface ItemPlaces {
  /** int32 [count]: places in the dataset's labels, -1 for none. */
  labels(split: Split): Int32Array;
  /** Items at `indices` of a split, which are in range. @throws LabError 'dataset-damaged' */
  items(split: Split, indices: readonly number[]): Promise<DatasetItem[]>;
}

const newline = 10;

/** Numbers that grow in number. */
class Numbers {
  private values = new Float64Array(1024);
  length = 0;

  push(value: number): void {
    if (this.length === this.values.length) {
      const larger = new Float64Array(this.length * 2);
      larger.set(this.values);
      this.values = larger;
    }
    this.values[this.length++] = value;
  }

  taken(): Float64Array {
    return this.values.slice(0, this.length);
  }
}

/** Reads the index once: 20 bytes an item stay in memory. @throws LabError 'dataset-damaged' */
export async function itemPlaces(home: string, name: string, stored: StoredDataset): Promise<ItemPlaces> {
  const path = join(datasetFolder(home, name), itemsFile);
  const places = new Map(stored.info.labels.map((label, place) => [label, place]));
  const found = { train: { starts: new Numbers(), ends: new Numbers(), labels: new Numbers() }, test: { starts: new Numbers(), ends: new Numbers(), labels: new Numbers() } };
  const damaged = (caught: unknown): LabError => new LabError('dataset-damaged', { name, path, detail: (caught as Error).message }, { cause: caught });
  const take = (line: Buffer, start: number): void => {
    const item = parseItem(line.toString('utf8'));
    const into = found[item.split ?? splitOfHash(hash32(item.sha256), stored.testBelow ?? 0)];
    into.starts.push(start);
    into.ends.push(start + line.length);
    into.labels.push(item.label === null ? -1 : (places.get(item.label) ?? -1));
  };
  try {
    let rest: Buffer = Buffer.alloc(0);
    let at = 0;
    for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 18 })) {
      const bytes = rest.length === 0 ? (chunk as Buffer) : Buffer.concat([rest, chunk as Buffer]);
      let from = 0;
      for (let end = bytes.indexOf(newline, from); end >= 0; end = bytes.indexOf(newline, from)) {
        take(bytes.subarray(from, end), at + from);
        from = end + 1;
      }
      at += from;
      rest = bytes.subarray(from);
    }
  } catch (caught) {
    throw damaged(caught);
  }
  const kept = (split: Split) => ({ starts: found[split].starts.taken(), ends: found[split].ends.taken(), labels: Int32Array.from(found[split].labels.taken()) });
  const bySplit = { train: kept('train'), test: kept('test') };
  return {
    labels: (split) => bySplit[split].labels,
    async items(split, indices) {
      const { starts, ends } = bySplit[split];
      try {
        const file = await open(path, 'r');
        try {
          const items: DatasetItem[] = [];
          for (const index of indices) {
            const line = Buffer.alloc(ends[index] - starts[index]);
            await file.read(line, 0, line.length, starts[index]);
            items.push(parseItem(line.toString('utf8')));
          }
          return items;
        } finally {
          await file.close();
        }
      } catch (caught) {
        throw damaged(caught);
      }
    },
  };
}
