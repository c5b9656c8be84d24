/** @file CUDA's library by a stand-in for onnxruntime-node's script: progress, what is kept, and each way it can fail. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { LabError } from '../../preload/contract/errors';
import type { Progress } from '../../preload/contract/progress';
import { fetchCudaLibrary } from './cuda-library';

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

const metadata = {
  requirements: { 'linux/x64': ['cuda12'], 'darwin/arm64': [] },
  manifests: { 'linux/x64:cuda12': { './a.so': { package: 'p', path: 'native/a.so' }, './b.so': { package: 'p', path: 'native/b.so' } } },
  packages: { p: { name: 'Some.Package', versions: [{ feed: 'f', version: '1.2.3' }] } },
  feeds: { f: { type: 'nuget', index: 'https://feed.invalid/index.json' } },
};

/** A folder as onnxruntime-node's, with `script` in the place of its own. */
function standIn(script: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'genoise-cuda-'));
  folders.push(folder);
  mkdirSync(join(folder, 'script'));
  mkdirSync(join(folder, 'bin', 'napi-v6', 'linux', 'x64'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{}');
  writeFileSync(join(folder, 'script', 'install-metadata.js'), `module.exports = ${JSON.stringify(metadata)};`);
  writeFileSync(join(folder, 'script', 'install.js'), `const fs = require('node:fs'), os = require('node:os'), path = require('node:path');
    const bin = path.join(__dirname, '..', 'bin', 'napi-v6', 'linux', 'x64');
    const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
    ${script}`);
  return folder;
}

async function fetched(script: string, platform = 'linux/x64', signal = new AbortController().signal) {
  const reports: Progress[] = [];
  const outcome = await fetchCudaLibrary({ progress: (report) => reports.push(report), signal }, { folder: standIn(script), platform }).then(
    (library) => ({ library, error: undefined }),
    (error: LabError) => ({ library: undefined, error }),
  );
  return { ...outcome, reports };
}

const whole = `(async () => {
  const own = path.join(os.tmpdir(), 'onnxruntime-node-pkgs_' + Date.now());
  fs.mkdirSync(own);
  console.log('Downloading https://feed.invalid/some.package.nupkg');
  fs.writeFileSync(path.join(own, 'some.package.nupkg'), Buffer.alloc(3 * 2 ** 20));
  await wait(1_300);
  for (const name of ['a.so', 'b.so']) { console.log('Extracting native/' + name + ' to ' + bin); fs.writeFileSync(path.join(bin, name), process.env.ONNXRUNTIME_NODE_INSTALL); }
  fs.rmSync(own, { recursive: true });
})();`;

test('the files that its list names are kept, told by size, and the way there is told in megabytes and files', async () => {
  const { library, reports } = await fetched(whole);
  expect(library?.files).toEqual([{ name: 'a.so', bytes: 6 }, { name: 'b.so', bytes: 6 }]); // 'cuda12'
  expect(reports[0]).toEqual({ phase: 'fetch-library', done: 0, total: 0 });
  expect(reports).toContainEqual({ phase: 'fetch-library', done: 3, total: 0 });
  expect(reports.slice(-2)).toEqual([{ phase: 'unpack-library', done: 1, total: 2 }, { phase: 'unpack-library', done: 2, total: 2 }]);
});

test('where none is offered, nothing is tried', async () => {
  const { error } = await fetched(`fs.writeFileSync(path.join(bin, 'a.so'), 'x');`, 'darwin/arm64');
  expect(error).toMatchObject({ code: 'cuda-not-offered', params: { platform: 'darwin/arm64', offered: 'linux/x64' } });
});

test.each([
  ['no network', `Promise.reject(Object.assign(new Error('getaddrinfo ENOTFOUND feed.invalid'), { code: 'ENOTFOUND' }));`, /getaddrinfo ENOTFOUND feed\.invalid/],
  ['a folder that may not be written', `throw new Error("EACCES: permission denied, copyfile 'x'");`, /^Error: EACCES: permission denied/],
  ['a script that finds nothing to do', `process.exit(0);`, /^a\.so, b\.so$/],
  ['a library that came without one of its files', `fs.writeFileSync(path.join(bin, 'a.so'), 'x');`, /^b\.so$/],
  ['a script that dies without a word', `process.kill(process.pid, 'SIGKILL'); setTimeout(() => {}, 1e4);`, /^SIGKILL$/],
])('%s: what was tried and why it failed', async (_, script, detail) => {
  const { error } = await fetched(script);
  expect(error).toMatchObject({ code: 'cuda-not-fetched', params: { source: 'Some.Package 1.2.3, https://feed.invalid/index.json', detail: expect.stringMatching(detail) as string } });
});

test('a cancel ends the script', async () => {
  const abort = new AbortController();
  const started = performance.now();
  setTimeout(() => abort.abort(), 300);
  const { error } = await fetched('setTimeout(() => {}, 60_000);', 'linux/x64', abort.signal);
  expect(error).toMatchObject({ code: 'cancelled' });
  expect(performance.now() - started).toBeLessThan(10_000);
});
