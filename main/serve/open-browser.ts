/** @file Opens an address in the user's browser, by what each system has for it. */

import { spawn } from 'node:child_process';

/** Resolves once the system has taken the address. Rejects when it has nothing that opens one. */
export function openBrowser(url: string, platform: NodeJS.Platform = process.platform): Promise<void> {
  const [program, ...words] = platform === 'win32' ? ['rundll32', 'url.dll,FileProtocolHandler', url] : platform === 'darwin' ? ['open', url] : ['xdg-open', url];
  const child = spawn(program, words, { stdio: 'ignore', detached: true });
  child.unref();
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    // An opener that fails says so at once; one that goes on is the browser itself.
    const settled = setTimeout(resolve, 2_000);
    child.once('exit', (code) => {
      clearTimeout(settled);
      if (code === 0) resolve();
      else reject(new Error(`${program}: ${code}`));
    });
  });
}
