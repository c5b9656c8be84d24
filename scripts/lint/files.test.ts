/** @file Rules on files that no linter has: the opening sentence, names, sizes, and who may call the file system to write. */

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { drawerNames, opensWithFileSentence, writesFiles } from './file-rules';

const root = join(import.meta.dirname, '..', '..');
const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: root, encoding: 'utf8' })
  .split('\n')
  .filter((path) => path && existsSync(join(root, path)));
const sources = tracked.filter((path) => /\.(ts|tsx|mjs|cjs|js)$/.test(path));
const source = (path: string) => readFileSync(join(root, path), 'utf8');

test('there are files to check', () => {
  expect(sources).toContain('preload/contract/errors.ts');
});

test('a file opens with one @file sentence', () => {
  expect(sources.filter((path) => !opensWithFileSentence(source(path)))).toEqual([]);
});

test('no file or folder is a drawer', () => {
  expect(tracked.filter((path) => drawerNames(path).length > 0)).toEqual([]);
});

test('no barrel: a file that only hands on what others export', () => {
  const barrels = sources.filter((path) => {
    const code = source(path).replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '').trim();
    return code !== '' && code.split('\n').every((line) => line.trim() === '' || /^export (type )?(\*|\{[^}]*\}) from /.test(line.trim()));
  });
  expect(barrels).toEqual([]);
});

test('a file can be held in the head: at most 350 lines, a test 500', () => {
  const long = sources.filter((path) => source(path).split('\n').length > (path.includes('.test.') ? 500 : 350));
  expect(long).toEqual([]);
});

test('only main/platform calls the file system to write: its faults can be injected there', () => {
  const product = sources.filter((path) => /^(main|preload|renderer)\//.test(path) && !/\.test\.|\/(scripted|fixtures)\/|^main\/platform\//.test(path));
  // SQLite writes its own file; the catalog makes its folder and sets a damaged one aside, at once, before it opens it.
  const sqlite = ['main/data/catalog/catalog.ts', 'main/data/catalog/database.ts'];
  expect(product.filter((path) => !sqlite.includes(path) && writesFiles(source(path)).length > 0)).toEqual([]);
});

test('the lock file names no registry: each machine uses its own', () => {
  expect(source('package-lock.json')).not.toMatch(/"resolved"|https?:\/\/registry/);
});

describe('the rules can fail', () => {
  test('the opening sentence', () => {
    expect(opensWithFileSentence('/** @file Time, so that tests can hold it. */\nexport {};')).toBe(true);
    expect(opensWithFileSentence('#!/usr/bin/env node\n/** @file Starts it. */')).toBe(true);
    expect(opensWithFileSentence('export {};\n/** @file Late. */')).toBe(false);
    expect(opensWithFileSentence('/** @file stub */ export {};')).toBe(false);
  });

  test('drawers', () => {
    expect(drawerNames('main/lab/utils/tables.ts')).toEqual(['utils']);
    expect(drawerNames('main/common.ts')).toEqual(['common']);
    expect(drawerNames('main/lab/string-helpers.ts')).toEqual(['string-helpers']);
    expect(drawerNames('main/lab/commonplace.ts')).toEqual([]);
  });

  test('writing calls', () => {
    expect(writesFiles("import { writeFileSync } from 'node:fs';")).toEqual(['writeFileSync']);
    expect(writesFiles("import * as fs from 'node:fs/promises';\nawait fs.rename(a, b);")).toEqual(['fs.rename']);
    expect(writesFiles("import { readFileSync } from 'node:fs';\nitems.rename(a);")).toEqual([]);
  });
});
