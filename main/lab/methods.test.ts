/** @file Settings from text: every type of field, and what is said when a word is off. */

import { describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { LabError, type ErrorJson } from '../../preload/contract/errors';
import type { Method } from '../methods/method';
import { configFromText, configOf, findMethod, listMethods, methodForm, settingErrors } from './methods';

vi.mock('../methods/registry', () => {
  const words = (language: string) => ({
    title: `Toy (${language})`,
    summary: 'A toy',
    fields: Object.fromEntries(
      ['size', 'rate', 'schedule', 'centred', 'widths', 'limit', 'note'].map((field) => [field, { label: `${field} (${language})`, help: `Helps ${field}`, why: `Because ${field}` }]),
    ),
    metrics: { loss: 'Loss (nats)' },
    options: { linear: 'A line', cosine: 'A wave' },
  });
  const config = z.object({
    size: z.int().min(1).max(64).default(2),
    rate: z.number().positive().max(1).default(0.001),
    schedule: z.enum(['linear', 'cosine']).default('cosine'),
    centred: z.boolean().default(false),
    widths: z.array(z.int().min(1)).default([32, 64]),
    limit: z.union([z.literal('none'), z.number()]).default('none'),
    note: z.string().default(''),
  });
  const toy = { id: 'toy', family: 'toys', paper: 'https://example.org', config, main: ['size', 'rate'], words: { en: words('en'), fr: words('fr') } };
  return { methods: [toy as unknown as Method] };
});

function errorOf(work: () => unknown): ErrorJson {
  try {
    work();
  } catch (caught) {
    if (caught instanceof LabError) return caught.toJSON();
    throw caught;
  }
  throw new Error('nothing was thrown');
}

describe('settings', () => {
  test('defaults stand where nothing is set', () => {
    expect(configFromText('toy', [])).toEqual({ size: 2, rate: 0.001, schedule: 'cosine', centred: false, widths: [32, 64], limit: 'none', note: '' });
  });

  test.each([
    ['size=8', { size: 8 }],
    ['rate=1e-3', { rate: 0.001 }],
    ['schedule=linear', { schedule: 'linear' }],
    ['centred=true', { centred: true }],
    ['widths=16,32,64', { widths: [16, 32, 64] }],
    ['widths=[16, 32]', { widths: [16, 32] }],
    ['limit=2.5', { limit: 2.5 }],
    ['limit=none', { limit: 'none' }],
    ['note=a=b, c', { note: 'a=b, c' }],
  ])('%s', (setting, expected) => {
    expect(configFromText('toy', [setting])).toMatchObject(expected);
  });

  test('plain values: each wrong field is named with what it may be, and nothing else', () => {
    const values = { size: 65, rate: 0.5, schedule: 'quadratic', widths: [8, 0], speed: 3 };
    expect(settingErrors('toy', values)).toEqual([
      { field: 'speed', reason: { code: 'setting-unknown', params: { setting: 'speed', method: 'toy', known: 'size, rate, schedule, centred, widths, limit, note' } } },
      { field: 'size', reason: { code: 'setting-value', params: { setting: 'size', expected: '1 <= n <= 64 (n = ..., -1, 0, 1, ...)', got: '65' } } },
      { field: 'schedule', reason: { code: 'setting-value', params: { setting: 'schedule', expected: 'linear | cosine', got: 'quadratic' } } },
      { field: 'widths', reason: { code: 'setting-value', params: { setting: 'widths', expected: '[1 <= n (n = ..., -1, 0, 1, ...), ...]', got: '[8,0]' } } },
    ]);
    expect(errorOf(() => configOf('toy', values))).toMatchObject({ code: 'setting-unknown' });
    expect(configOf('toy', { size: 3 })).toMatchObject({ size: 3, rate: 0.001 });
  });

  test('the last of two settings of one field stands', () => {
    expect(configFromText('toy', ['size=8', 'size=9'])).toMatchObject({ size: 9 });
  });

  test.each([
    ['size=2.5', 'size', '1 <= n <= 64 (n = ..., -1, 0, 1, ...)', '2.5'],
    ['size=', 'size', '1 <= n <= 64 (n = ..., -1, 0, 1, ...)', ''],
    ['size=65', 'size', '1 <= n <= 64 (n = ..., -1, 0, 1, ...)', '65'],
    ['rate=0', 'rate', '0 < x <= 1', '0'],
    ['rate=NaN', 'rate', '0 < x <= 1', 'NaN'],
    ['schedule=sine', 'schedule', 'linear | cosine', 'sine'],
    ['centred=yes', 'centred', 'true | false', 'yes'],
    ['widths=16,x', 'widths', '[1 <= n (n = ..., -1, 0, 1, ...), ...]', '16,x'],
    ['widths=[0]', 'widths', '[1 <= n (n = ..., -1, 0, 1, ...), ...]', '[0]'],
    ['limit=some', 'limit', 'none | x', 'some'],
  ])('%s is refused with what was expected', (setting, field, expected, got) => {
    expect(errorOf(() => configFromText('toy', [setting]))).toEqual({ code: 'setting-value', params: { setting: field, expected, got } });
  });

  test.each(['tsize=8', 'toString=8', '__proto__=8'])('%s: an unknown field is refused, the known ones named', (setting) => {
    expect(errorOf(() => configFromText('toy', [setting]))).toEqual({
      code: 'setting-unknown',
      params: { setting: setting.split('=')[0], method: 'toy', known: 'size, rate, schedule, centred, widths, limit, note' },
    });
  });

  test('a setting without = is refused', () => {
    expect(errorOf(() => configFromText('toy', ['size 8']))).toEqual({ code: 'setting-malformed', params: { got: 'size 8' } });
  });
});

describe('methods', () => {
  test('a form has words and defaults of every field, in the language asked for', () => {
    const { schema, metrics, title } = methodForm('toy', 'fr');
    const properties = schema['properties'] as Record<string, Record<string, unknown>>;
    expect(title).toBe('Toy (fr)');
    expect(properties['size']).toMatchObject({ type: 'integer', minimum: 1, maximum: 64, default: 2, title: 'size (fr)', description: 'Helps size', why: 'Because size' });
    expect(Object.keys(properties)).toHaveLength(7);
    expect(metrics).toEqual({ loss: 'Loss (nats)' });
  });

  test('an unknown method is refused, the known ones named', () => {
    expect(listMethods('en').map(({ id }) => id)).toEqual(['toy']);
    expect(errorOf(() => findMethod('vea'))).toEqual({ code: 'method-not-found', params: { method: 'vea', known: 'toy' } });
  });
});
