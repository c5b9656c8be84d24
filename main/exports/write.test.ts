/** @file Exports that are interrupted at every file call leave no partial file under the final name. */

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bundleEntries } from '../../e2e/harness/bundle';
import { LabError } from '../../preload/contract/errors';
import { injectFaults, type Fault } from '../platform/file-calls';
import { removeLeftovers } from '../platform/files';
import { readNpz } from './npz';
import { formatOf, writeExport } from './write';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'export-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const codeOf = (caught: unknown) => (caught instanceof LabError ? caught.code : caught);
const fresh = Buffer.alloc(300_000, 'new ');

describe('an export that fails', () => {
  for (const code of ['ENOSPC', 'EIO', 'EACCES'] as const) {
    it(`at any call (${code}) leaves the old file or the new one, and no litter`, async () => {
      const path = join(folder, 'deep', 'grid.png');
      const { seen, restore } = injectFaults();
      await writeExport(path, fresh);
      restore();
      const total = seen.length;
      expect(total).toBeGreaterThan(5);
      let failures = 0;
      for (let at = 1; at <= total; at++) {
        writeFileSync(path, 'old');
        const injected = injectFaults({ at, code });
        const failure = await writeExport(path, fresh).catch(codeOf);
        injected.restore();
        if (failure !== undefined) failures++;
        const standing = readFileSync(path);
        expect(standing.equals(fresh) || standing.equals(Buffer.from('old'))).toBe(true);
        if (failure === undefined) expect(standing.equals(fresh)).toBe(true);
        expect(readdirSync(join(folder, 'deep'))).toEqual(['grid.png']);
      }
      expect(failures).toBeGreaterThan(3);
    });
  }
});

describe('an export that is killed', () => {
  let bundle: Awaited<ReturnType<typeof bundleEntries<'export'>>>;
  beforeAll(async () => {
    bundle = await bundleEntries({ export: 'main/exports/fixtures/export-under-fault.ts' });
  });
  afterAll(() => bundle?.remove());

  const run = (kind: 'whole' | 'stream', path: string, fault?: Fault) =>
    spawnSync(process.execPath, [bundle.paths.export, kind, path, JSON.stringify(fault ?? null)], { encoding: 'utf8' });

  for (const kind of ['whole', 'stream'] as const) {
    it(`at every call, before, amid or after it (${kind}): the old file or the new one stands`, async () => {
      const path = join(folder, 'z.npz');
      const clean = run(kind, path);
      expect(clean.status).toBe(0);
      const total = Number(clean.stdout);
      const whole = createHash('sha256').update(readFileSync(path)).digest('hex');
      let old = 0;
      for (const when of ['before', 'half', 'after'] as const) {
        for (let at = 1; at <= total; at++) {
          writeFileSync(path, 'old');
          const { signal } = run(kind, path, { at, code: 'KILL', when, ...(when === 'half' ? { only: ['write'] } : {}) });
          if (signal !== 'SIGKILL') {
            // Fewer writes than calls: only then may it live.
            expect(when).toBe('half');
            break;
          }
          const standing = readFileSync(path);
          if (standing.equals(Buffer.from('old'))) old++;
          else expect(createHash('sha256').update(standing).digest('hex')).toBe(whole);
        }
      }
      expect(old).toBeGreaterThan(5);
      await removeLeftovers(folder);
      expect(readdirSync(folder)).toEqual(['z.npz']);
    });
  }

  it('leaves nothing under a name that was free', () => {
    const path = join(folder, 'free.npz');
    const { signal } = run('stream', path, { at: 2, code: 'KILL', when: 'half', only: ['write'] });
    expect(signal).toBe('SIGKILL');
    expect(existsSync(path)).toBe(false);
  });

  it('and whose next try is left alone is whole', async () => {
    const path = join(folder, 'again.npz');
    run('stream', path, { at: 2, code: 'KILL', when: 'half', only: ['write'] });
    expect(run('stream', path).status).toBe(0);
    expect((await readNpz(path))['z'].shape).toEqual([192, 4096]);
  });
});

describe('what killed exports left', () => {
  it('goes with an export a day later; what may still be in the making stays, and so does all else', async () => {
    const day = 24 * 3600;
    const leftover = (name: string, ageSecs: number) => {
      writeFileSync(join(folder, name), 'half');
      utimesSync(join(folder, name), Date.now() / 1000 - ageSecs, Date.now() / 1000 - ageSecs);
    };
    leftover('.genoise-1-0123456789ab.tmp', day + 60);
    leftover('.genoise-2-0123456789ab.tmp', day - 60);
    leftover('notes.tmp', 10 * day);
    await writeExport(join(folder, 'a.png'), fresh);
    expect(readdirSync(folder).sort()).toEqual(['.genoise-2-0123456789ab.tmp', 'a.png', 'notes.tmp']);
  });
});

describe('where it may not write', () => {
  it('says which: a folder under that name, a file above it', async () => {
    mkdirSync(join(folder, 'taken.png'));
    expect(await writeExport(join(folder, 'taken.png'), fresh).catch(codeOf)).toBe('export-onto-folder');
    writeFileSync(join(folder, 'file'), '');
    expect(await writeExport(join(folder, 'file', 'grid.png'), fresh).catch(codeOf)).toBe('path-not-writable');
  });
  it('knows formats by the ending, in any case of letters', () => {
    expect(formatOf('/a/b.c/F.PNG', ['png', 'npz'])).toBe('png');
    expect(() => formatOf('/a/b.png/file', ['png'])).toThrow(LabError);
    expect(() => formatOf('x.bmp', ['png'])).toThrow(LabError);
  });
});
