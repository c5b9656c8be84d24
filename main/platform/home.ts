/** @file Where datasets, runs and logs live. */

import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * `option` (--home), else GENOISE_HOME, else the platform's data folder.
 * @returns an absolute path, which need not stand yet
 */
export function homeFolder(
  option?: string,
  env: Record<string, string | undefined> = process.env,
  platform: NodeJS.Platform = process.platform,
  userHome: string = homedir(),
): string {
  const named = option || env['GENOISE_HOME'];
  if (named) return resolve(named);
  switch (platform) {
    case 'win32':
      return join(env['APPDATA'] || join(userHome, 'AppData', 'Roaming'), 'Genoise');
    case 'darwin':
      return join(userHome, 'Library', 'Application Support', 'Genoise');
    default: {
      // The XDG specification: a relative path there is to be ignored.
      const data = env['XDG_DATA_HOME'];
      return join(data?.startsWith('/') ? data : join(userHome, '.local', 'share'), 'genoise');
    }
  }
}
