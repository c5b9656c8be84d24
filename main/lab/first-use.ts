/** @file What a home is given the first time that it is used. */

import { installStarters } from '../runs/starters';

/** Installs the starter runs that come with the program, each once a home. */
export async function firstUse(home: string): Promise<void> {
  await installStarters(home);
}
