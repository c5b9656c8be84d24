/** @file What a person says of a run: a text, tags, a pin. In a file of its own, so that it can change while the run is trained. */

import fs from 'node:fs/promises';
import { LabError } from '../../preload/contract/errors';
import { runNotes, type RunNotes } from '../../preload/contract/runs';
import { writeFileAtomic } from '../platform/files';
import { runLayout } from './layout';

const none: RunNotes = { text: '', tags: [], pinned: false };

/** What was noted; nothing where the file is missing or damaged. @param folder the run's */
export async function readNotes(folder: string): Promise<RunNotes> {
  try {
    return runNotes.parse(JSON.parse(await fs.readFile(runLayout(folder).notes, 'utf8')));
  } catch {
    return none;
  }
}

/** Tags are trimmed, each once. -> what stands now @throws LabError 'notes-too-long', 'disk-full', 'path-not-writable' */
export async function writeNotes(folder: string, run: string, patch: Partial<RunNotes>): Promise<RunNotes> {
  const next = { ...(await readNotes(folder)), ...patch };
  const tags = [...new Set(next.tags.map((tag) => tag.trim()).filter((tag) => tag !== ''))];
  const parsed = runNotes.safeParse({ ...next, tags });
  if (!parsed.success) throw new LabError('notes-too-long', { run, letters: next.text.length, tags: tags.length });
  await writeFileAtomic(runLayout(folder).notes, `${JSON.stringify(parsed.data, null, 2)}\n`);
  return parsed.data;
}
