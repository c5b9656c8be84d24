/** @file Fields of forms: the main ones in their order, values to and from text, what is expected in words. */

import { expect, test } from 'vitest';
import en from '../../../resources/locales/en/train.json' with { type: 'json' };
import fr from '../../../resources/locales/fr/train.json' with { type: 'json' };
import type { Words } from '../../state/words';
import { expectedWords, fieldsOf, isDefault, listOf, listText, stepOf, type FieldSchema } from './fields';
import { limitsOf, planOf, withField } from './plan';
import { trainState } from './spec';

const base = { title: 'T', description: 'D', why: 'W' };
const schema = (own: Partial<FieldSchema>): FieldSchema => ({ ...base, ...own });

/** The words of a language without the page. */
const words = (file: unknown, language: 'en' | 'fr'): Words =>
  Object.assign(
    (key: string, params: Record<string, string | number> = {}) => {
      const text = key.split('.').reduce<unknown>((at, part) => (at as Record<string, unknown>)[part], file) as string;
      return text.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => String(params[name]));
    },
    { number: (value: number) => new Intl.NumberFormat(language, { maximumSignificantDigits: 17 }).format(value), language },
  ) as unknown as Words;

test('the main fields come first, in the order the method gives; the rest keep theirs', () => {
  const properties = { a: schema({ type: 'integer' }), b: schema({ enum: ['x', 'y'], type: 'string' }), c: schema({ type: 'boolean' }), d: schema({ type: 'array', items: schema({ type: 'integer' }) }) };
  const { main, more } = fieldsOf({ schema: { properties } as never, main: ['c', 'a', 'gone'] });
  expect(main.map(({ name, kind }) => [name, kind])).toEqual([
    ['c', 'switch'],
    ['a', 'number'],
  ]);
  expect(more.map(({ name, kind }) => [name, kind])).toEqual([
    ['b', 'choice'],
    ['d', 'list'],
  ]);
});

test('lists are typed with commas or blanks; what is none stays a text for the lab to judge', () => {
  const item = schema({ type: 'integer' });
  expect(listOf('500, 500', item)).toEqual([500, 500]);
  expect(listOf('1 2;3', item)).toEqual([1, 2, 3]);
  expect(listOf('1, two', item)).toBe('1, two');
  expect(listOf('', item)).toBe('');
  expect(listText([1, 2])).toBe('1, 2');
  expect(listOf(listText([8, 16]), item)).toEqual([8, 16]);
});

test('arrow keys move by the last place of a default', () => {
  expect([stepOf(schema({ type: 'integer', default: 20 })), stepOf(schema({ type: 'number', default: 0.001 })), stepOf(schema({ type: 'number', default: 0.99 })), stepOf(schema({ type: 'number', default: 0 })), stepOf(schema({ type: 'integer', default: 24, multipleOf: 8 }))]).toEqual([1, 0.001, 0.01, 0.1, 8]);
});

test('what is expected, in both languages', () => {
  const whole = schema({ type: 'integer', minimum: 1, maximum: 4096 });
  expect(expectedWords(whole, words(en, 'en'))).toBe('A whole number from 1 up to 4,096');
  expect(expectedWords(schema({ type: 'number', exclusiveMinimum: 0, maximum: 0.5 }), words(en, 'en'))).toBe('A number above 0 up to 0.5');
  expect(expectedWords(schema({ type: 'number', exclusiveMinimum: 0, maximum: 0.5 }), words(fr, 'fr'))).toBe('Un nombre au-dessus de 0 jusqu’à 0,5');
  // zod's bound of safe integers says nothing to a person.
  expect(expectedWords(schema({ type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER }), words(en, 'en'))).toBe('A whole number from 0');
  expect(expectedWords(schema({ type: 'array', items: whole }), words(en, 'en'))).toContain('Each: A whole number from 1');
});

test('a plan is what was chosen, and no more', () => {
  const state = trainState.parse({});
  expect(planOf({ dataset: 'd' }, state, undefined)).toBeUndefined();
  expect(planOf({ dataset: 'd', method: 'vae' }, state, undefined)).toEqual({ method: 'vae', dataset: 'd', config: {}, minutes: 5 });
  const changed = withField(withField({ ddpm: { a: 1 } }, 'vae', 'beta', 4), 'vae', 'latentDim', 2);
  expect(planOf({ dataset: 'd', method: 'vae' }, { ...state, changed, time: 'endless', view: { size: 16, fit: undefined } }, 'cpu')).toEqual({ method: 'vae', dataset: 'd', config: { beta: 4, latentDim: 2 }, view: { size: 16 }, device: 'cpu' });
  expect(withField(changed, 'vae', 'beta', undefined)).toEqual({ ddpm: { a: 1 }, vae: { latentDim: 2 } });
  expect([limitsOf({ ...state, time: 'hour' }), limitsOf({ ...state, time: 'night' }), limitsOf({ ...state, time: 'steps' })]).toEqual([{ minutes: 60 }, { minutes: 480 }, { steps: 5000 }]);
});

test('a default is a default, lists too', () => {
  expect([isDefault(schema({ default: [1, 2] }), [1, 2]), isDefault(schema({ default: [1, 2] }), [2, 1]), isDefault(schema({ default: 1 }), '1')]).toEqual([true, false, false]);
});
