/** @file What happens to a home before it is used. */

import { openHome } from '../runs/home-format';
import { installStarters } from '../runs/starters';
import { emptyTrash } from '../runs/trash';

/**
 * Brings an older home up to date, installs the starter runs that come with the program, each once a home, and lets go what was deleted more than 30 days ago.
 * @throws LabError 'home-too-new', 'home-broken': then nothing was touched
 */
export async function firstUse(home: string): Promise<void> {
  await openHome(home);
  await installStarters(home);
  await emptyTrash(home);
}
