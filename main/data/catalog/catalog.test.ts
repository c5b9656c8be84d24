/** @file The catalog: an index of folders that can be lost, corrupted or shared; removal that can be undone. */

import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, vi } from 'vitest';
import { pictureOf, writeTree } from '../../../e2e/harness/data-files';
import { labErrorOf, scratchFolder, scriptedWork } from '../../../e2e/harness/scratch';
import type { DatasetInfo } from '../../../preload/contract/datasets';
import { clock } from '../../platform/clock';
import { importDataset } from '../import/import';
import { openCatalog, rebuildCatalog, type Catalog } from './catalog';
import { nameNow } from './name-now';

async function homeOf(...names: string[]): Promise<string> {
  const scratch = scratchFolder();
  writeTree(scratch, { 'from/a.png': pictureOf(1), 'from/b.png': pictureOf(2) });
  const home = join(scratch, 'home');
  for (const name of names) await importDataset({ home, path: join(scratch, 'from'), name, keep: 'copy' }, scriptedWork());
  return home;
}

function using<T>(home: string, work: (catalog: Catalog) => T): T {
  const catalog = openCatalog(home);
  try {
    return work(catalog);
  } finally {
    catalog.close();
  }
}
const namesIn = (home: string): string[] => using(home, (catalog) => catalog.datasets().map(({ name }) => name));

describe('datasets', () => {
  it('of a home that does not stand yet are none', async () => {
    const home = join(scratchFolder(), 'new', 'home');
    expect(namesIn(home)).toEqual([]);
    expect((await labErrorOf(() => using(home, (catalog) => catalog.dataset('x')))).toJSON()).toEqual({ code: 'dataset-not-found', params: { name: 'x', known: '-' } });
  });

  it('stand in natural order; a missing one is an error with those there are, exit 2', async () => {
    const home = await homeOf('b', 'a10', 'a2');
    expect(namesIn(home)).toEqual(['a2', 'a10', 'b']);
    const error = await labErrorOf(() => using(home, (catalog) => catalog.dataset('c')));
    expect(error.toJSON()).toEqual({ code: 'dataset-not-found', params: { name: 'c', known: 'a2, a10, b' } });
    expect(error.exitCode).toBe(2);
  });

  it('are those of the folders, whatever the database says', async () => {
    const home = await homeOf('a', 'b');
    expect(namesIn(home)).toEqual(['a', 'b']);
    const folder = (name: string) => join(home, 'datasets', name);
    rmSync(folder('a'), { recursive: true });
    renameSync(folder('b'), folder('c'));
    cpSync(folder('c'), folder('d'), { recursive: true });
    mkdirSync(folder('empty'));
    mkdirSync(folder('.genoise-1-0123456789ab.tmp'));
    expect(namesIn(home)).toEqual(['c', 'd']);
    expect(using(home, (catalog) => catalog.dataset('c')).name).toBe('c');
  });

  it('with damaged files are left out of the list, and say why when asked', async () => {
    const home = await homeOf('a', 'b');
    const path = join(home, 'datasets', 'a', 'dataset.json');
    const whole = readFileSync(path, 'utf8');
    for (const [content, detail] of [['{', /JSON/], [whole.replace('"count":2', '"count":-2'), /info\.count/], ['', /JSON/]] as const) {
      writeFileSync(path, content);
      expect(namesIn(home)).toEqual(['b']);
      const error = await labErrorOf(() => using(home, (catalog) => catalog.dataset('a')));
      expect(error.code).toBe('dataset-damaged');
      expect(error.exitCode).toBe(3);
      expect((error.params as { detail: string }).detail).toMatch(detail);
    }
    writeFileSync(path, whole);
    expect(namesIn(home)).toEqual(['a', 'b']);
  });
});

describe('the database', () => {
  it.each([
    ['lost', (path: string) => rmSync(path)],
    ['no database', (path: string) => writeFileSync(path, 'not a database, but long enough to be taken for one'.repeat(50))],
    ['torn', (path: string) => writeFileSync(path, readFileSync(path).fill(0xa5, 100, 3000))],
  ])('%s: made again from the folders', async (_name, damage) => {
    const home = await homeOf('a', 'b');
    const path = join(home, 'genoise.sqlite');
    for (const suffix of ['-wal', '-shm']) rmSync(path + suffix, { force: true });
    damage(path);
    expect(namesIn(home)).toEqual(['a', 'b']);
    expect(namesIn(home)).toEqual(['a', 'b']);
  });

  it('rebuilt has what the folders have, and leaves other tables alone', async () => {
    const home = await homeOf('a');
    const database = new DatabaseSync(join(home, 'genoise.sqlite'));
    database.exec("CREATE TABLE other (x); INSERT INTO other VALUES (7); UPDATE datasets SET info = 'wrong', name = 'ghost'");
    expect(rebuildCatalog(home).map(({ name }) => name)).toEqual(['a']);
    expect(database.prepare('SELECT x FROM other').get()).toEqual({ x: 7 });
    expect(database.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
    database.close();
  });

  it('a row that was written wrong does not hide a dataset', async () => {
    const home = await homeOf('a');
    const database = new DatabaseSync(join(home, 'genoise.sqlite'));
    database.exec("UPDATE datasets SET info = '{}'");
    expect(namesIn(home)).toEqual(['a']);
    database.close();
  });

  it('a writer that holds the file is waited for', async () => {
    const home = await homeOf('a');
    const catalog = openCatalog(home);
    const writer = new DatabaseSync(join(home, 'genoise.sqlite'));
    writer.exec('BEGIN IMMEDIATE');
    // Reading needs no lock; a change does.
    expect(catalog.datasets()).toHaveLength(1);
    writer.exec('COMMIT');
    rmSync(join(home, 'datasets', 'a'), { recursive: true });
    expect(catalog.datasets()).toEqual([]);
    writer.close();
    catalog.close();
  });
});

describe('removal', () => {
  it('can be undone, with all originals', async () => {
    const home = await homeOf('a', 'b');
    const catalog = openCatalog(home);
    const info = catalog.dataset('a');
    const removed = await catalog.remove('a');
    expect(removed.name).toBe('a');
    expect(catalog.datasets().map(({ name }) => name)).toEqual(['b']);
    expect(await catalog.trash()).toEqual([removed]);
    expect(await catalog.restore(removed.id)).toEqual(info);
    expect(readFileSync(join(home, 'datasets/a/originals/a.png')).equals(pictureOf(1))).toBe(true);
    expect(await catalog.trash()).toEqual([]);
    catalog.close();
  });

  it('works for a damaged dataset, and names what is missing', async () => {
    const home = await homeOf('a');
    writeFileSync(join(home, 'datasets/a/dataset.json'), '{');
    const catalog = openCatalog(home);
    await catalog.remove('a');
    expect((await labErrorOf(catalog.remove('a'))).code).toBe('dataset-not-found');
    expect((await labErrorOf(catalog.remove('../home'))).code).toBe('dataset-name-invalid');
    expect((await labErrorOf(catalog.restore('nothing'))).code).toBe('trash-not-found');
    catalog.close();
  });

  it('is no way over a dataset of that name', async () => {
    const home = await homeOf('a', 'b');
    const catalog = openCatalog(home);
    const removed = await catalog.remove('a');
    renameSync(join(home, 'datasets/b'), join(home, 'datasets/a'));
    expect((await labErrorOf(catalog.restore(removed.id))).code).toBe('dataset-exists');
    catalog.close();
  });

  it('is final after 30 days', async () => {
    const home = await homeOf('a', 'b', 'c');
    const catalog = openCatalog(home);
    await catalog.remove('a');
    const now = Date.now();
    const day = 86_400_000;
    const time = vi.spyOn(clock, 'nowMs').mockReturnValue(now + 29 * day);
    await catalog.remove('b');
    expect(await catalog.trash()).toHaveLength(2);
    time.mockReturnValue(now + 31 * day);
    await catalog.remove('c');
    expect((await catalog.trash()).map(({ name }) => name).sort()).toEqual(['b', 'c']);
    expect(readdirSync(join(home, 'trash/datasets'))).toHaveLength(2);
    time.mockRestore();
    catalog.close();
  });
});

const rename = async (home: string, from: string, to: string): Promise<DatasetInfo> => {
  const catalog = openCatalog(home);
  try {
    return await catalog.rename(from, to);
  } finally {
    catalog.close();
  }
};

describe('a renamed dataset', () => {
  it('stands under its new name alone, whole, in the index too', async () => {
    const home = await homeOf('a', 'b');
    const { hash } = using(home, (catalog) => catalog.dataset('a'));
    const renamed = await rename(home, 'a', 'New name');
    expect(renamed).toMatchObject({ name: 'New name', hash, count: 2 });
    expect(namesIn(home)).toEqual(['b', 'New name']);
    expect((await labErrorOf(() => using(home, (catalog) => catalog.dataset('a')))).code).toBe('dataset-not-found');
    expect(readdirSync(join(home, 'datasets', 'New name', 'originals'))).toEqual(['a.png', 'b.png']);
  });

  it('takes no name that is taken or none, and a missing one is said; nothing has changed then', async () => {
    const home = await homeOf('a', 'b');
    const failing = (from: string, to: string) => labErrorOf(rename(home, from, to));
    expect((await failing('a', 'b')).toJSON()).toEqual({ code: 'dataset-exists', params: { name: 'b' } });
    expect((await failing('a', '../c')).code).toBe('dataset-name-invalid');
    expect((await failing('c', 'd')).toJSON()).toEqual({ code: 'dataset-not-found', params: { name: 'c', known: 'a, b' } });
    expect(namesIn(home)).toEqual(['a', 'b']);
  });

  it('is found by those who know its content; other content under the old name is not taken for it', async () => {
    const scratch = scratchFolder();
    writeTree(scratch, { 'one/a.png': pictureOf(1), 'two/a.png': pictureOf(2) });
    const home = join(scratch, 'home');
    const { hash } = await importDataset({ home, path: join(scratch, 'one'), name: 'a', keep: 'copy' }, scriptedWork());
    const made = { name: 'a', hash };
    expect(nameNow(home, made)).toBe('a');
    await rename(home, 'a', 'b');
    expect(nameNow(home, made)).toBe('b');
    await importDataset({ home, path: join(scratch, 'two'), name: 'a', keep: 'copy' }, scriptedWork());
    expect(nameNow(home, made)).toBe('b');
    rmSync(join(home, 'datasets', 'b'), { recursive: true });
    // None has its content: the run's own word stands, for the error that follows.
    expect(nameNow(home, made)).toBe('a');
    writeFileSync(join(home, 'datasets', 'a', 'dataset.json'), '{');
    expect(nameNow(home, made)).toBe('a');
  });
});
