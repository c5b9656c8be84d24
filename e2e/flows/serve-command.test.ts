/** @file `genoise serve` as a person and a script use it: what it prints, which port it takes, how it ends, what it refuses. */

import { spawn } from 'node:child_process';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loginCookie } from '../harness/page-link';
import { scratchFolder } from '../harness/scratch';
import { startServed } from '../harness/served';

const entry = join(import.meta.dirname, '..', '..', 'bin', 'genoise.mjs');

/** Runs the words to their end, which Ctrl-C brings once `until` is printed on stdout. */
function command(words: readonly string[], until?: string): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [entry, 'serve', ...words, '--home', scratchFolder()], { stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    if (until !== undefined && stdout.includes(until)) child.kill('SIGINT');
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
}

test('a person reads the address alone on stdout, and what it is on stderr', async () => {
  const { code, stdout, stderr } = await command(['--port', '0', '--lang', 'fr'], '\n');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{43}\n$/);
  expect(stderr).toMatch(/est servi\u202f; ouvrez cette adresse dans un navigateur, Ctrl-C pour finir\u00a0:\n/);
});

test('a script reads one JSON object', async () => {
  const { code, stdout } = await command(['--port', '0', '--json'], '\n');
  expect(code).toBe(0);
  const told = JSON.parse(stdout) as { url: string; port: number };
  expect(stdout.trim().split('\n')).toHaveLength(1);
  expect(told.url).toMatch(new RegExp(`^http://127\\.0\\.0\\.1:${told.port}/\\?token=[\\w-]{43}$`));
});

test('a port that is taken is refused when asked for by name', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const address = other.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const { code, stderr } = await command(['--port', String(port), '--lang', 'en']);
  expect(code).toBe(3);
  expect(stderr).toContain('Another program listens on this port');
  expect(stderr).toContain(`Got: ${port}\n`);
  other.close();
});

test('listening on other addresses is warned of', async () => {
  const { code, stderr } = await command(['--port', '0', '--host', '0.0.0.0', '--lang', 'en'], '\n');
  expect(code).toBe(0);
  expect(stderr).toMatch(/Warning: whoever can reach 0\.0\.0\.0 .* Prefer an ssh tunnel: ssh -L (\d+):127\.0\.0\.1:\1 /);
});

test('names allowed on the command line are let in, others are not', async () => {
  const served = await startServed({ words: ['--allow-host', 'lab.example.org', '--allow-host', '127.0.0.1:8080'] });
  try {
    const cookie = await loginCookie(served.url);
    const { port } = new URL(served.url);
    const status = (host: string): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        request({ host: '127.0.0.1', port, path: '/', headers: { Host: host, Cookie: cookie } }, (response) => {
          response.resume();
          resolve(response.statusCode);
        })
          .on('error', reject)
          .end();
      });
    expect(await status('lab.example.org')).toBe(200);
    expect(await status('127.0.0.1:8080')).toBe(200);
    expect(await status('127.0.0.1:8081')).toBe(403);
    expect(await status('evil.example.org')).toBe(403);
  } finally {
    expect(await served.stop()).toBe(0);
  }
});
