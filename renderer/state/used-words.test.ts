/** @file Every key of words that a component names has words: one that was moved or renamed is found here and not by a reader. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const english = join(root, 'resources', 'locales', 'en');
const words = new Map(readdirSync(english).map((file) => [file.replace('.json', ''), JSON.parse(readFileSync(join(english, file), 'utf8')) as unknown]));

/** Whether `key` names words, a plural's stem or a group of words. */
function has(namespace: string, key: string): boolean {
  let at: unknown = words.get(namespace);
  for (const part of key.split('.')) {
    if (typeof at !== 'object' || at === null) return false;
    if (!(part in at)) return Object.keys(at).some((one) => one.startsWith(`${part}_`));
    at = (at as Record<string, unknown>)[part];
  }
  return true;
}

test('keys that are named in the renderer have words', () => {
  const missing: string[] = [];
  let named = 0;
  for (const file of readdirSync(join(root, 'renderer'), { recursive: true, encoding: 'utf8' }).filter((path) => /\.tsx?$/.test(path) && !path.includes('.test.'))) {
    const text = readFileSync(join(root, 'renderer', file), 'utf8');
    const namespaces = [...text.matchAll(/(?:useWords|wordsOf)\('(\w+)'/g)].map(([, namespace]) => namespace);
    for (const [, , key] of text.matchAll(/\b(?:t|w|words)\(\s*(['`])([^'`]+)\1/g)) {
      // `kind.${kind}.title`: as far as it is known.
      const [known, ...rest] = key.split('${');
      if (known === '' || (rest.length > 0 && !known.endsWith('.')) || (namespaces.length === 0 && !known.includes(':'))) continue;
      named += 1;
      const [namespace, path] = known.includes(':') ? known.split(':') : [undefined, known];
      const stem = path.replace(/\.$/, '');
      if (!(namespace === undefined ? namespaces : [namespace]).some((one) => has(one, stem))) missing.push(`${file}: ${key}`);
    }
  }
  expect(named).toBeGreaterThan(400);
  expect(missing).toEqual([]);
});
