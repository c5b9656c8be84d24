/** @file What came together is taken apart as a person meant it. */

import { expect, test } from 'vitest';
import { groupFiles, nameOfPath } from './import-groups';

const files = (...paths: string[]) => paths.map((path) => ({ path, folder: false }));

test('folders and archives are datasets of their own, loose files one together', () => {
  expect(groupFiles([{ path: 'cats.zip', folder: true }, ...files('a.tar.gz', 'B.ZIP', 'train-images-idx3-ubyte', 'train-labels-idx1-ubyte', 'zip')])).toEqual({
    alone: ['cats.zip', 'a.tar.gz', 'B.ZIP'],
    together: ['train-images-idx3-ubyte', 'train-labels-idx1-ubyte', 'zip'],
  });
});

test('one loose file is alone, so that it is found where it stands, its labels beside it', () => {
  expect(groupFiles(files('one.npy', 'b.tgz'))).toEqual({ alone: ['b.tgz', 'one.npy'], together: [] });
  expect(groupFiles([])).toEqual({ alone: [], together: [] });
});

test('names of paths of every system', () => {
  expect(['/a/b.png', 'C:\\x\\y z', '/a/b/', 'c'].map(nameOfPath)).toEqual(['b.png', 'y z', 'b', 'c']);
});
