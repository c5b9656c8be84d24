/** @file What folders mean: labels, splits, wrappers, StyleGAN's label file, links. */

import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pictureOf, writeTree } from '../../../../e2e/harness/data-files';
import { labErrorOf, scratchFolder } from '../../../../e2e/harness/scratch';
import type { FoundImage, ImageSource } from '../reader';
import { imageFolderReader } from './reader';

const signal = new AbortController().signal;
const image = pictureOf(1);
const tree = (...paths: string[]): string => {
  const folder = scratchFolder();
  writeTree(folder, Object.fromEntries(paths.map((path) => [path, path.endsWith('.png') ? image : 'words'])));
  return folder;
};

/** 'path label split' of each image, '!path code' of what is skipped. */
async function listed(folder: string): Promise<string[] | null> {
  const source = (await imageFolderReader.open(folder, signal)) as ImageSource | null;
  if (!source) return null;
  const found: FoundImage[] = [];
  for await (const each of source.images()) found.push(each);
  return found.map((each) => (each.kind === 'image' ? `${each.path} ${each.label} ${each.split}` : `!${each.item.path} ${each.item.reason.code}`));
}

describe('labels and splits', () => {
  it.each([
    ['no folders: no labels', ['b10.png', 'b2.png'], ['b2.png null null', 'b10.png null null']],
    ['sub-folders are labels', ['dog/1.png', 'cat/1.png'], ['cat/1.png cat null', 'dog/1.png dog null']],
    ['the first folder counts', ['dog/big/1.png', 'cat/1.png'], ['cat/1.png cat null', 'dog/big/1.png dog null']],
    ['one label alone', ['dog/1.png', 'dog/2.png'], ['dog/1.png dog null', 'dog/2.png dog null']],
    ['splits', ['train/a.png', 'test/b.png'], ['test/b.png null test', 'train/a.png null train']],
    ['splits, then labels', ['train/cat/1.png', 'val/cat/2.png'], ['train/cat/1.png cat train', 'val/cat/2.png cat test']],
    ['Train and Validation', ['Train/1.png', 'Validation/1.png'], ['Train/1.png null train', 'Validation/1.png null test']],
    ['both val and test', ['train/1.png', 'val/1.png', 'test/1.png'], ['test/1.png null test', 'train/1.png null train', 'val/1.png null test']],
    ['train among other labels is a label', ['train/1.png', 'test/1.png', 'car/1.png'], ['car/1.png car null', 'test/1.png test null', 'train/1.png train null']],
    ['train alone is a label', ['train/1.png'], ['train/1.png train null']],
    ['a folder without images is no label', ['train/1.png', 'test/1.png', 'notes/a.txt'], ['notes/a.txt notes train', 'test/1.png null test', 'train/1.png null train']],
    ['a wrapper', ['stuff/cat/1.png', 'stuff/dog/1.png'], ['cat/1.png cat null', 'dog/1.png dog null']],
    ['a wrapper around splits', ['a/b/train/x/1.png', 'a/b/test/x/1.png'], ['test/x/1.png x test', 'train/x/1.png x train']],
    ['file managers leave files', ['cat/1.png', 'cat/.DS_Store', 'cat/Thumbs.db', '__MACOSX/cat/._1.png'], ['cat/1.png cat null']],
    ['hostile names are names', ['<img src=x onerror=alert(1)>/1.png'], ['<img src=x onerror=alert(1)>/1.png <img src=x onerror=alert(1)> null']],
    ['no images', ['a.txt', 'b/c.csv'], null],
  ])('%s', async (_name, paths, expected) => {
    expect(await listed(tree(...paths))).toEqual(expected);
  });

  it('images without an ending are found by their first bytes', async () => {
    const folder = scratchFolder();
    writeTree(folder, { 'cat/one': image, 'cat/two': image });
    expect(await listed(folder)).toEqual(['cat/one cat null', 'cat/two cat null']);
  });
});

describe('StyleGAN archives', () => {
  const files = { '00000/img0.png': image, '00000/img1.png': image, '00001/img2.png': image };

  it('labels come from dataset.json', async () => {
    const folder = scratchFolder();
    writeTree(folder, { ...files, 'dataset.json': JSON.stringify({ labels: [['00000/img0.png', 6], ['00001/img2.png', 10]] }) });
    expect(await listed(folder)).toEqual(['00000/img0.png 6 null', '00000/img1.png null null', '00001/img2.png 10 null']);
  });

  it('no labels where it says so: folders are storage', async () => {
    const folder = scratchFolder();
    writeTree(folder, { ...files, 'dataset.json': '{"labels": null}' });
    expect(await listed(folder)).toEqual(['00000/img0.png null null', '00000/img1.png null null', '00001/img2.png null null']);
  });

  it.each([['{"labels": [["a.png"]]}'], ['{"labels": 3}'], ['{"labels": [["a.png", "x"]]}'], ['not JSON']])('%s is an error', async (content) => {
    const folder = scratchFolder();
    writeTree(folder, { ...files, 'dataset.json': content });
    expect((await labErrorOf(listed(folder))).code).toBe('labels-malformed');
  });
});

describe('links', () => {
  it('to files and folders are followed, broken ones and loops are listed', async () => {
    const folder = tree('cat/1.png');
    const elsewhere = tree('far.png');
    symlinkSync(elsewhere, join(folder, 'dog'));
    symlinkSync(join(elsewhere, 'far.png'), join(folder, 'cat', '2.png'));
    symlinkSync(join(folder, 'nowhere.png'), join(folder, 'cat', '3.png'));
    symlinkSync(folder, join(folder, 'cat', 'round'));
    expect(await listed(folder)).toEqual(['!cat/3.png path-not-found', 'cat/1.png cat null', 'cat/2.png cat null', '!cat/round folder-loop', 'dog/far.png dog null']);
  });

  it('a folder named as an image is walked, not read', async () => {
    const folder = tree('a.png');
    mkdirSync(join(folder, 'b.png'));
    expect(await listed(folder)).toEqual(['a.png null null']);
  });
});

it('recognises without decoding', async () => {
  const folder = tree('cat/1.png', 'cat/2.png', 'dog/1.png', 'readme.txt');
  const source = (await imageFolderReader.open(folder, signal)) as ImageSource;
  expect(await imageFolderReader.recognise(source, signal)).toEqual({ code: 'image-folder', params: { images: 3, folders: 2 } });
});
