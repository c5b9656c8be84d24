/** @file Deleted runs: whole in the trash, taken back, gone after 30 days; notes and names of those that stay. */

import fs from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { scratchFolder } from '../../e2e/harness/scratch';
import { runFields, weightsOf } from './fixtures/known-run';
import { layoutOf, trashFolder } from './layout';
import { createRun, listRuns, noteRun, readRun } from './run';
import { emptyTrash, listTrash, purgeRun, removeRun, renameRun, restoreRun } from './trash';
import { openRunWriter } from './writer';

let home: string;
beforeEach(async () => {
  home = join(scratchFolder(), 'home');
  await createRun(home, runFields('run'));
  const writer = await openRunWriter(home, 'run');
  await writer.saveCheckpoint(10, weightsOf(10), {});
  await writer.close();
});

/** Every file of a folder with its bytes. */
async function contents(folder: string): Promise<Record<string, string>> {
  const entries = await fs.readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(await Promise.all(files.map(async (file) => [file.slice(folder.length), (await fs.readFile(file)).toString('base64')] as const)));
}

const age = async (id: string, days: number): Promise<string> => {
  const [, , ...name] = id.split('-');
  const older = `${Date.now() - days * 86_400_000}-00ff00-${name.join('-')}`;
  await fs.rename(join(trashFolder(home), id), join(trashFolder(home), older));
  return older;
};

test('what is deleted comes back as it was, by its id or the name it had last', async () => {
  const before = await contents(layoutOf(home, 'run').folder);
  const { id, path, name, removedAt } = await removeRun(home, 'run');
  expect(name).toBe('run');
  expect(Math.abs(Date.parse(removedAt) - Date.now())).toBeLessThan(60_000);
  expect(await contents(path)).toEqual(before);
  expect((await listRuns(home)).runs).toEqual([]);
  expect(await restoreRun(home, id)).toMatchObject({ name: 'run', seed: 7 });
  expect(await contents(layoutOf(home, 'run').folder)).toEqual(before);
  expect(await listTrash(home)).toEqual([]);

  await removeRun(home, 'run');
  await createRun(home, { ...runFields('run'), seed: 8 });
  await removeRun(home, 'run');
  expect(await restoreRun(home, 'run')).toMatchObject({ seed: 8 });
  await expect(restoreRun(home, 'run')).rejects.toMatchObject({ code: 'run-exists', params: { run: 'run' } });
  expect(await restoreRun(home, 'run', 'older')).toMatchObject({ name: 'older', seed: 7 });
  await expect(restoreRun(home, 'run')).rejects.toMatchObject({ code: 'trash-not-found', params: { id: 'run', known: '-' } });
  await expect(restoreRun(home, '../runs/older')).rejects.toMatchObject({ code: 'trash-not-found' });
});

test('a run that is being written is not deleted', async () => {
  const writer = await openRunWriter(home, 'run');
  await expect(removeRun(home, 'run')).rejects.toMatchObject({ code: 'run-locked' });
  await expect(renameRun(home, 'run', 'other')).rejects.toMatchObject({ code: 'run-locked' });
  await writer.close();
  expect((await listRuns(home)).runs).toHaveLength(1);
  expect(await listTrash(home)).toEqual([]);
});

test('after 30 days it is gone; what else stands in the trash is no affair of ours', async () => {
  await createRun(home, runFields('young-run'));
  const [first, second] = [await removeRun(home, 'run'), await removeRun(home, 'young-run')];
  const late = await age(first.id, 30.01);
  const young = await age(second.id, 29.9);
  await fs.writeFile(join(trashFolder(home), 'notes.txt'), 'of the user');
  expect((await listTrash(home)).map(({ id, name }) => [id, name])).toEqual([
    [young, 'young-run'],
    [late, 'run'],
  ]);
  await emptyTrash(home);
  expect((await fs.readdir(trashFolder(home))).sort()).toEqual([young, 'notes.txt'].sort());
  await purgeRun(home, young);
  expect(await fs.readdir(trashFolder(home))).toEqual(['notes.txt']);
});

test('another name is another folder, and nothing else changes', async () => {
  const before = await contents(layoutOf(home, 'run').folder);
  expect(await renameRun(home, 'run', 'better')).toMatchObject({ name: 'better', seed: 7 });
  expect(await contents(layoutOf(home, 'better').folder)).toEqual(before);
  await createRun(home, runFields('run'));
  await expect(renameRun(home, 'run', 'better')).rejects.toMatchObject({ code: 'run-exists', params: { run: 'better' } });
  await expect(renameRun(home, 'run', '../away')).rejects.toMatchObject({ code: 'name-invalid' });
  await expect(renameRun(home, 'gone', 'x')).rejects.toMatchObject({ code: 'run-not-found' });
  expect((await listRuns(home)).runs.map(({ name }) => name).sort()).toEqual(['better', 'run']);
});

test('notes are kept beside what the writer keeps, whoever writes last', async () => {
  const writer = await openRunWriter(home, 'run');
  await noteRun(home, 'run', { text: 'beta too high?', tags: [' digits', 'digits', ''] });
  await writer.setStatus({ status: 'running', steps: 5 });
  await noteRun(home, 'run', { pinned: true });
  expect(await readRun(home, 'run')).toMatchObject({ status: 'running', steps: 5, notes: { text: 'beta too high?', tags: ['digits'], pinned: true } });
  await writer.close();
  await expect(noteRun(home, 'run', { text: 'x'.repeat(20_001) })).rejects.toMatchObject({ code: 'notes-too-long' });
  expect(await noteRun(home, 'run', { text: '', tags: [], pinned: false })).not.toHaveProperty('notes');
  // Damaged notes cost the notes, not the run.
  await fs.writeFile(layoutOf(home, 'run').notes, '{"text":');
  expect(await readRun(home, 'run')).toMatchObject({ name: 'run', steps: 5 });
});
