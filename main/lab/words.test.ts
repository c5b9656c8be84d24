/** @file Words of both languages: the same keys, the same placeholders, plurals and numbers as the language has them. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { errorKinds, LabError, type ErrorCode } from '../../preload/contract/errors';
import { chooseLanguage, formatBytes, formatNumber, formatSeconds, hasWords, languages, translate, wordError } from './words';

const locales = join(import.meta.dirname, '..', '..', 'resources', 'locales');
const namespaces = readdirSync(join(locales, 'en')).map((file) => file.replace('.json', ''));
const pluralSuffix = /_(zero|one|two|few|many|other)$/;

/** 'a.b' -> text, of one file. */
function leaves(value: unknown, path = ''): [string, string][] {
  if (typeof value === 'string') return [[path, value]];
  return Object.entries(value as Record<string, unknown>).flatMap(([key, inner]) => leaves(inner, path ? `${path}.${key}` : key));
}
const words = (language: string, namespace: string) =>
  leaves(JSON.parse(readFileSync(join(locales, language, `${namespace}.json`), 'utf8')) as unknown);
/** Keys with plurals folded, each with its placeholders over all forms. */
function placeholders(entries: [string, string][]): Record<string, string[]> {
  const found: Record<string, Set<string>> = {};
  for (const [key, text] of entries) {
    const names = (found[key.replace(pluralSuffix, '')] ??= new Set());
    for (const match of text.matchAll(/\{\{\s*([^,}\s]+)/g)) names.add(match[1] ?? '');
  }
  return Object.fromEntries(Object.entries(found).map(([key, names]) => [key, [...names].sort()]));
}

describe.each(namespaces)('%s', (namespace) => {
  test('both languages have the same keys with the same placeholders', () => {
    expect(readdirSync(join(locales, 'fr'))).toContain(`${namespace}.json`);
    expect(placeholders(words('fr', namespace))).toEqual(placeholders(words('en', namespace)));
  });

  test.each(languages)('%s has every plural form that the language needs', (language) => {
    const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
    const keys = words(language, namespace).map(([key]) => key);
    for (const key of keys.filter((one) => pluralSuffix.test(one))) {
      const stem = key.replace(pluralSuffix, '');
      expect(forms.filter((form) => !keys.includes(`${stem}_${form}`)), `${language} ${namespace}:${stem}`).toEqual([]);
    }
  });

  test.each(languages)('%s: sentence case, no full stop on a single sentence, no stray space', (language) => {
    const wrong = words(language, namespace).filter(
      ([, text]) => text !== text.trim() || /^[^.!?…]*[^.!?…]\.$/.test(text) || / {2}/.test(text) || /\{\{[^}]*\{|\}\}\}/.test(text),
    );
    expect(wrong).toEqual([]);
  });
});

test.each(namespaces)('%s in French: one kind of apostrophe; no line breaks before a colon, a semicolon or a mark, nor inside quotation marks', (namespace) => {
  const apostrophe = /[\p{Letter}}]'[\p{Letter}{]/u;
  // U+00A0 before ':' and inside « », U+202F before ';', '?' and '!': a colon, mark or quotation that has another blank, or none.
  const blank = /[ \u202f]:|[ \u00a0][;?!]|[\p{Letter}}][;?!]|[\p{Letter}}]:( |$)|«[^\u00a0]|[^\u00a0]»/u;
  expect(words('fr', namespace).filter(([, text]) => apostrophe.test(text) || blank.test(text))).toEqual([]);
});

describe('errors', () => {
  const codes = Object.keys(errorKinds) as ErrorCode[];

  test.each(languages)('every code has words in %s, and no words lack a code', (language) => {
    const keys = new Set(words(language, 'errors').map(([key]) => key.split('.')[0]));
    expect([...keys].sort()).toEqual([...codes].sort());
    for (const code of codes) {
      for (const part of ['message', 'expected', 'got', 'hint']) expect(hasWords(`errors:${code}.${part}`, language), `${code}.${part}`).toBe(true);
      expect(wordError({ code, params: {} }, language).message, code).not.toBe('');
    }
  });

  test.each(languages)('the window tells nobody, in %s, to type a command', (language) => {
    // Of the terminal and of starting the lab: a window never has these.
    const terminal = /^(usage|setting-malformed|(option|command|argument)-.*|port-taken|address-unusable|page-not-built|way-unavailable)$/;
    const entries = new Map(words(language, 'errors'));
    const typed = [...entries].filter(([key, text]) => {
      const [code, part] = key.split('.');
      return /genoise [a-z]|(^|\s)--[a-z]|npm /.test(text) && !terminal.test(code) && (part.endsWith('Window') || !entries.has(`${code}.${part}Window`));
    });
    expect(typed).toEqual([]);
    // And the window's words stand beside the terminal's.
    for (const key of entries.keys()) if (key.endsWith('Window')) expect(entries.has(key.replace(/Window$/, ''))).toBe(true);
  });

  test('words use only parameters that the error has', () => {
    for (const [key, names] of Object.entries(placeholders(words('en', 'errors')))) {
      const { params } = errorKinds[key.split('.')[0] as ErrorCode];
      expect(names.filter((name) => !(params as readonly string[]).includes(name)), key).toEqual([]);
    }
  });

  test('what was caught is worded with its facts, as they are', () => {
    const error = new LabError('run-not-found', { run: '<b>{{known}}</b> $t(errors:usage.hint)', known: 'a, b' });
    expect(wordError(error.toJSON(), 'en')).toEqual({
      code: 'run-not-found',
      message: 'No run has this name',
      expected: 'One of: a, b',
      got: '<b>{{known}}</b> $t(errors:usage.hint)',
      hint: 'List runs with: genoise runs',
    });
    expect(wordError(error.toJSON(), 'fr').expected).toBe('L’une de\u00a0: a, b');
  });
});

describe('forms of a language', () => {
  test('numbers', () => {
    expect(formatNumber(60000, 'en')).toBe('60,000');
    expect(formatNumber(60000.5, 'fr')).toBe('60\u202f000,5');
    expect(formatNumber(0.000213, 'en')).toBe('0.000213');
    expect(formatNumber(0, 'fr')).toBe('0');
  });

  test('numbers and plurals inside words', () => {
    expect(translate('terminal:progress.of', 'en', { done: 1200, total: 60000 })).toBe('1,200 of 60,000');
    expect(translate('terminal:progress.of', 'fr', { done: 1200, total: 60000 })).toBe('1\u202f200 sur 60\u202f000');
    expect(translate('terminal:import.skipped', 'en', { count: 0 })).toBe('0 items left out:');
    expect(translate('terminal:import.skipped', 'fr', { count: 0 })).toBe('0 élément laissé de côté\u00a0:');
    expect(translate('terminal:import.skipped', 'fr', { count: 2500 })).toBe('2\u202f500 éléments laissés de côté\u00a0:');
    expect(translate('terminal:import.skipped', 'fr', { count: 1_000_000 })).toBe('1\u202f000\u202f000 d’éléments laissés de côté\u00a0:');
  });

  test('bytes and times', () => {
    expect(formatBytes(999, 'en')).toBe('999 bytes');
    expect(formatBytes(47_040_016, 'en')).toBe('47 MB');
    expect(formatBytes(1_500_000_000, 'fr')).toBe('1,5\u202fGo');
    expect(formatSeconds(3.26, 'en')).toBe('3.3\u00a0s');
    expect(formatSeconds(245, 'fr')).toBe('4\u00a0min 5\u00a0s');
    expect(formatSeconds(3725, 'en')).toBe('1\u00a0h 2\u00a0min');
  });

  test('the language follows the option, then the locale', () => {
    expect(chooseLanguage('fr', { LANG: 'en_GB.UTF-8' })).toBe('fr');
    expect(chooseLanguage(undefined, { LC_ALL: 'fr_FR.UTF-8', LANG: 'en_GB' })).toBe('fr');
    expect(chooseLanguage(undefined, { LANG: 'de_DE' })).toBe('en');
    expect(chooseLanguage(undefined, { LANG: 'frr_DE' })).toBe('en');
    expect(chooseLanguage(undefined, { LANG: 'C' })).toBe('en');
  });

  test('a key without words is a bug', () => {
    expect(() => translate('terminal:gone', 'en')).toThrow('no words in en for terminal:gone');
  });
});
