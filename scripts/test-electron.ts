/** @file Runs the end-to-end flows in the real Electron, or says why they can't be: npm run test:electron */

import { spawnSync } from 'node:child_process';
import { electronPackage, findElectron } from '../main/start/find-electron';

/** What is missing here is no success: the exit code says so to scripts. */
const missing = 5;

function why(): string | undefined {
  const folder = electronPackage();
  if (!folder) return 'the electron package is not installed: npm ci';
  if (!findElectron(folder)) return "Electron's program is not on this machine. npx install-electron fetches it, where its host can be reached";
  const display = process.platform !== 'linux' || process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY'];
  return display ? undefined : 'this machine shows no windows: xvfb-run -a npm run test:electron';
}

export function main(words: readonly string[]): void {
  const reason = why();
  if (reason) {
    console.log(`The flows did not run in Electron: ${reason}. docs/electron.md lists what only that run can show.`);
    process.exit(missing);
  }
  const program = findElectron(electronPackage() ?? '') ?? '';
  // The flows ask for a browser before they begin: Electron is the one.
  const env = { ...process.env, GENOISE_E2E_HOST: 'electron', CHROMIUM_PATH: program };
  const { status } = spawnSync(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', 'e2e/flows', '--maxWorkers=1', ...words], { stdio: 'inherit', env });
  process.exit(status ?? 1);
}
