/** @file Every package that the project asks for is explained in docs/dependencies.md, with the licence that it states itself. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const json = (path: string) => JSON.parse(readFileSync(join(root, path), 'utf8')) as Record<string, Record<string, string>> & { license?: string };

const manifest = json('package.json');
const groups = ['dependencies', 'devDependencies', 'optionalDependencies'] as const;
const names = groups.flatMap((group) => Object.keys(manifest[group] ?? {}));
const rows = readFileSync(join(root, 'docs', 'dependencies.md'), 'utf8')
  .split('\n')
  .filter((line) => /^\| (?!name |---)/.test(line))
  .map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim()));

test('each package has one row with a licence and a reason, and no row is left over', () => {
  expect(rows.map(([name]) => name).sort()).toEqual([...names].sort());
  expect(rows.filter(([, licence, reason]) => !licence || !reason)).toEqual([]);
});

test('the licence is the one that the package states, and one that we may ship', () => {
  for (const [name = '', licence = ''] of rows) {
    let own: string | undefined;
    try {
      own = json(join('node_modules', name, 'package.json')).license;
    } catch {
      // An optional package that could not be installed here.
      expect(Object.keys(manifest['optionalDependencies'] ?? {})).toContain(name);
      continue;
    }
    expect(licence.split(';')[0], name).toBe(own);
    expect(own, name).toMatch(/^(MIT|ISC|Apache-2\.0|BSD-[23]-Clause|OFL-1\.1|MPL-2\.0|0BSD)$/);
  }
});

test('versions are pinned', () => {
  const pinned = groups.flatMap((group) => Object.entries(manifest[group] ?? {}).filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version)));
  expect(pinned).toEqual([]);
});
