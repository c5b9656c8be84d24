/** @file `npm start` on the built program, with a browser that is a script: its window is opened, let in once, found by a second start, and its end is the end of all. */

import { spawn } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { scratchFolder } from '../harness/scratch';
import { skipUnlessCi } from '../harness/skips';

const root = join(import.meta.dirname, '..', '..');
const entry = join(root, 'bin', 'genoise.mjs');

let home: string;
let browser: string;
let visits: string;
beforeEach(() => {
  const folder = scratchFolder();
  home = join(folder, 'home');
  browser = join(folder, 'browser.mjs');
  visits = join(folder, 'visits');
  // Visits the address as a browser does, notes what came, and stays until the file 'close' is there. The profile in use by another: hands over and ends.
  writeFileSync(
    browser,
    `#!${process.execPath}
import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
const word = (name) => process.argv.find((one) => one.startsWith(name))?.slice(name.length);
const [url, profile] = [word('--app='), word('--user-data-dir=')];
const answer = await fetch(url, { redirect: 'manual' });
const again = await fetch(url, { redirect: 'manual' });
appendFileSync(${JSON.stringify(visits)}, JSON.stringify({ host: new URL(url).host, first: answer.status, again: again.status, profile }) + '\\n');
if (existsSync(profile + '/in-use')) process.exit(0);
writeFileSync(profile + '/in-use', '');
setInterval(() => existsSync(${JSON.stringify(join(folder, 'close'))}) && process.exit(0), 50);
`,
  );
  chmodSync(browser, 0o755);
});

interface Started {
  lines: Record<string, unknown>[];
  stderr(): string;
  kill(signal: NodeJS.Signals): void;
  code: Promise<number | null>;
}

function start(words: string[], env: Record<string, string> = {}): Started {
  const child = spawn(process.execPath, [entry, 'start', '--home', home, ...words], { env: { ...process.env, DISPLAY: ':9', GENOISE_BROWSER: browser, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines: Record<string, unknown>[] = [];
  let rest = '';
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\n');
    rest = parts.pop() ?? '';
    for (const part of parts) lines.push(part.startsWith('{') ? (JSON.parse(part) as Record<string, unknown>) : { text: part });
  });
  return { lines, stderr: () => stderr, kill: (signal) => child.kill(signal), code: new Promise((resolve) => child.once('close', (code) => resolve(code))) };
}
const visited = () => (existsSync(visits) ? readFileSync(visits, 'utf8').trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>) : []);
const close = () => writeFileSync(join(browser, '..', 'close'), '');

if (!existsSync(join(root, 'out', 'main', 'cli.js'))) skipUnlessCi('npm start', 'it is not built: npm run build');
else
  describe.skipIf(process.platform === 'win32')('npm start', () => {
    test('opens the app window, says so in one line, shows one more for a second start, and ends with the last window', async () => {
      const first = start(['--with', 'browser', '--json']);
      await expect.poll(() => first.lines, { timeout: 20_000 }).toEqual([{ took: 'browser', why: 'asked', browser }]);
      expect(visited()).toEqual([{ host: expect.stringMatching(/^127\.0\.0\.1:\d+$/) as string, first: 303, again: 401, profile: join(home, 'browser') }]);
      const second = start(['--lang', 'fr']);
      expect(await second.code).toBe(0);
      expect(second.lines).toEqual([{ text: 'Genoise est déjà ouvert\u00a0: il montre une fenêtre de plus' }]);
      expect(visited()).toHaveLength(2);
      expect(visited()[1]).toMatchObject({ first: 303, profile: join(home, 'browser') });
      close();
      expect(await first.code).toBe(0);
    });

    test('prints the address where no browser can be had, in the language asked for, and a second start prints the same one', async () => {
      const first = start(['--with', 'address', '--lang', 'fr']);
      await expect.poll(() => first.lines.length, { timeout: 20_000 }).toBe(1);
      expect(first.stderr()).toBe('Ouvrez cette adresse dans un navigateur\u00a0: vous l’avez demandé\n');
      const address = String(first.lines[0]?.['text']);
      expect((await fetch(address, { redirect: 'manual' })).status).toBe(303);
      const second = start([]);
      expect(await second.code).toBe(0);
      expect(second.lines).toEqual([{ text: address }]);
      first.kill('SIGINT');
      expect(await first.code).toBe(0);
    });

    test('a way that was asked for and can not be had is an error in words, not another way', async () => {
      const none = start(['--with', 'browser', '--lang', 'en'], { GENOISE_BROWSER: '/nowhere/chrome' });
      expect(await none.code).toBe(4);
      expect(none.stderr()).toContain('neither Electron nor Chrome, Chromium or Edge was found');
      const blind = start(['--with', 'browser', '--json'], { DISPLAY: '', WAYLAND_DISPLAY: '' });
      expect(await blind.code).toBe(process.platform === 'linux' ? 4 : 0);
    });
  });
