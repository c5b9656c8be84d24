/** @file The window's remembered layout, in the home's layout.json: kept as the page gives it. */

import fs from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ensureFolder, writeFileAtomic } from './files';

const layout = z.record(z.string(), z.json());
export type Layout = z.infer<typeof layout>;

const pathOf = (home: string): string => join(home, 'layout.json');

/** null: none kept yet, or one that is damaged. */
export async function readLayout(home: string): Promise<Layout | null> {
  try {
    return layout.parse(JSON.parse(await fs.readFile(pathOf(home), 'utf8')));
  } catch (caught) {
    if (caught instanceof SyntaxError || caught instanceof z.ZodError || (caught as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw caught;
  }
}

export async function saveLayout(home: string, kept: Layout): Promise<void> {
  await ensureFolder(home);
  await writeFileAtomic(pathOf(home), JSON.stringify(kept));
}
