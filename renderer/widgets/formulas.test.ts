/** @file Every formula can be set and belongs to a term that has words; sources are addresses. */

import katex from 'katex';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { formulas, sources } from './formulas';

const terms = JSON.parse(readFileSync(join(import.meta.dirname, '..', '..', 'resources', 'locales', 'en', 'terms.json'), 'utf8')) as Record<string, { name: string; text: string }>;

test.each(Object.entries(formulas))('%s', (id, tex) => {
  expect(Object.keys(terms)).toContain(id);
  expect(() => katex.renderToString(tex, { throwOnError: true, strict: 'error' })).not.toThrow();
});

test('sources are https and of known terms', () => {
  for (const [id, address] of Object.entries(sources)) {
    expect(Object.keys(terms)).toContain(id);
    expect(new URL(address).protocol).toBe('https:');
  }
});

test('every term has a name and one sentence', () => {
  for (const [id, { name, text }] of Object.entries(terms)) {
    expect(name, id).not.toBe('');
    expect(text, id).not.toMatch(/[.!?] [A-Z]/);
    expect(text.length, id).toBeGreaterThan(20);
  }
});
