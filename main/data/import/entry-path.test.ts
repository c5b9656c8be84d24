/** @file Paths of archives: kept as they are, cleaned, or refused by the rule they break. */

import fc from 'fast-check';
import { isAbsolute, join, normalize, sep, win32 } from 'node:path';
import { expect, it } from 'vitest';
import { entryPath, TakenPaths } from './entry-path';

it.each([
  ['a.png', 'a.png'],
  ['./a.png', 'a.png'],
  ['cat//1.png', 'cat/1.png'],
  ['cat\\1.png', 'cat/1.png'],
  ['été/喵 1.png', 'été/喵 1.png'],
  ['..a/b..png', '..a/b..png'],
  ['.hidden', '.hidden'],
  ['console.png', 'console.png'],
])('%s stands as %s', (raw, path) => {
  expect(entryPath(raw)).toEqual({ path });
});

it.each([
  ['', 'empty'], ['./', 'empty'], ['/a', 'absolute'], ['\\a', 'absolute'], ['//host/a', 'absolute'], ['C:a', 'drive'], ['z:/a', 'drive'],
  ['..', 'parent'], ['a/..', 'parent'], ['a/../b', 'parent'], ['ab:c', 'character'], ['a\u0000', 'character'], ['a?', 'character'],
  ['a\ud800', 'character'], ['a.', 'trailing'], ['a /b', 'trailing'], ['con', 'reserved'], ['nul.tar.png', 'reserved'], ['LPT9', 'reserved'],
  ['é'.repeat(200), 'length'], [`${'abcdefgh/'.repeat(120)}a`, 'depth'], [Array.from({ length: 20 }, () => 'x'.repeat(60)).join('/'), 'length'],
] as const)('%j breaks the rule %s', (raw, rule) => {
  expect(entryPath(raw)).toEqual({ rule });
});

it('whatever is kept stays below the folder it is joined to, on POSIX and on Windows', () => {
  const names = fc.oneof(fc.constantFrom('..', '.', '', 'C:', 'a', '~', '...', 'con', ' '), fc.string({ unit: 'binary' }), fc.string());
  fc.assert(
    fc.property(fc.array(names), fc.constantFrom('/', '\\', '//'), (parts, slash) => {
      const kept = entryPath(parts.join(slash));
      if ('rule' in kept) return;
      expect(isAbsolute(kept.path) || win32.isAbsolute(kept.path)).toBe(false);
      expect(normalize(join('/root/folder', kept.path)).startsWith(`/root/folder${sep}`)).toBe(true);
      expect(win32.normalize(win32.join('C:\\folder', kept.path)).startsWith('C:\\folder\\')).toBe(true);
    }),
    { numRuns: 5000, seed: 7 },
  );
});

it('a collision takes nothing', () => {
  const taken = new TakenPaths();
  expect(taken.take('Cat/1.png', false)).toBeNull();
  expect(taken.take('cat/2.png', false)).toBe('Cat');
  expect(taken.take('Cat/2.png', false)).toBeNull();
  expect(taken.take('Cat', true)).toBeNull();
  expect(taken.take('Cat', false)).toBe('Cat');
  expect(taken.take('Cat/1.png/x', false)).toBe('Cat/1.png');
  expect(taken.take('stra\u00dfe', false)).toBeNull();
  expect(taken.take('STRASSE', false)).toBe('stra\u00dfe');
});
