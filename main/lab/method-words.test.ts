/** @file Every method of the registry has words for each of its fields and metrics, in every language, and a form whose defaults are its config. */

import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { methods } from '../methods/registry';
import { configFromText, methodForm } from './methods';
import { languages } from './words';

test('ids are unique, and names in a shell', () => {
  const ids = methods.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(id).toMatch(/^[a-z][a-z0-9-]*$/);
});

describe.each(methods.map((method) => [method.id, method] as const))('%s', (id, method) => {
  test.each(languages)('words in %s: every field and no other, none empty', (language) => {
    const { title, summary, fields, metrics } = method.words[language];
    expect(Object.keys(fields).sort()).toEqual(Object.keys(method.config.shape).sort());
    const texts = [title, summary, ...Object.values(metrics), ...Object.values(fields).flatMap(({ label, help, why }) => [label, help, why])];
    expect(texts.filter((text) => text.trim() === '' || /^[^.!?…;]*\.$/.test(text))).toEqual([]);
    if (language === 'fr') expect(texts.filter((text) => /[\p{Letter}]'[\p{Letter}]|[ \u202f]:|[ \u00a0][;?!]/u.test(text))).toEqual([]);
  });

  test('both languages name the same metrics', () => {
    expect(Object.keys(method.words.fr.metrics).sort()).toEqual(Object.keys(method.words.en.metrics).sort());
  });

  test('every value of a choice has its words, and no words are left over', () => {
    const chosen = Object.values((z.toJSONSchema(method.config, { io: 'input' }) as { properties: Record<string, { enum?: string[] }> }).properties).flatMap((field) => field.enum ?? []);
    for (const words of [method.words.en, method.words.fr]) expect(new Set(Object.keys(words.options))).toEqual(new Set(chosen));
  });

  test('every field has a default, and the defaults are a config', () => {
    const { properties = {} } = methodForm(id, 'en').schema as { properties?: Record<string, { default?: unknown }> };
    expect(Object.entries(properties).filter(([, field]) => field.default === undefined)).toEqual([]);
    expect(configFromText(id, [])).toEqual(method.config.parse({}));
  });

  test('each default, written as text, is read as itself', () => {
    const { properties = {} } = z.toJSONSchema(method.config, { io: 'input' }) as { properties?: Record<string, { default: unknown }> };
    for (const [field, { default: preset }] of Object.entries(properties)) {
      const text = typeof preset === 'string' ? preset : JSON.stringify(preset);
      expect(configFromText(id, [`${field}=${text}`])[field], field).toEqual(preset);
    }
  });

  test('the tiny config is one', () => {
    expect(method.config.safeParse({ ...method.config.parse({}), ...method.tiny }).success).toBe(true);
  });
});
