/** @file Whether originals are copied or linked: asked once a home, then remembered in its settings.json. */

import fs from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { keepOriginals, type KeepOriginals } from '../../../preload/contract/datasets';
import { ensureFolder, writeFileAtomic } from '../../platform/files';

/** Settings of a home; fields of a newer Genoise are kept. */
const settings = z.looseObject({ keepOriginals: keepOriginals.optional() });

async function readSettings(home: string): Promise<z.infer<typeof settings>> {
  try {
    return settings.parse(JSON.parse(await fs.readFile(join(home, 'settings.json'), 'utf8')));
  } catch (caught) {
    if (caught instanceof SyntaxError || caught instanceof z.ZodError || (caught as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw caught;
  }
}

/** undefined: not answered yet. */
export async function keepChoice(home: string): Promise<KeepOriginals | undefined> {
  return (await readSettings(home)).keepOriginals;
}

export async function rememberKeepChoice(home: string, choice: KeepOriginals): Promise<void> {
  const now = { ...(await readSettings(home)), keepOriginals: choice };
  await ensureFolder(home);
  await writeFileAtomic(join(home, 'settings.json'), `${JSON.stringify(now, null, 2)}\n`);
}
