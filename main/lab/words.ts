/** @file The one place where codes and numbers become words: resources/locales/<language>/<namespace>.json through i18next. */

/// <reference types="vite/client" />
import i18next, { type FormatterModule, type i18n } from 'i18next';
import type { ErrorJson } from '../../preload/contract/errors';

export const languages = ['en', 'fr'] as const;
export type Language = (typeof languages)[number];

/** An error as a person reads it. Parts without words are empty. */
export interface WordedError {
  code: string;
  message: string;
  expected: string;
  got: string;
  hint: string;
}

export type WordParams = Record<string, string | number>;

const files = import.meta.glob<Record<string, unknown>>('../../resources/locales/*/*.json', { eager: true, import: 'default' });

const resources: Record<string, Record<string, Record<string, unknown>>> = {};
for (const [path, words] of Object.entries(files)) {
  const [language = '', file = ''] = path.split('/').slice(-2);
  (resources[language] ??= {})[file.replace('.json', '')] = words;
}

const instances = new Map<Language, i18n>();

function instance(language: Language): i18n {
  const made = instances.get(language);
  if (made) return made;
  const fresh = i18next.createInstance().use(numbersAs(language));
  void fresh.init({
    lng: language,
    resources,
    initAsync: false,
    fallbackLng: false,
    returnEmptyString: true,
    interpolation: { escapeValue: false, alwaysFormat: true },
  });
  instances.set(language, fresh);
  return fresh;
}

/** Numbers in words are written as the language writes them; everything else as it is. */
const numbersAs = (language: Language): FormatterModule => ({
  type: 'formatter',
  init: () => undefined,
  add: () => undefined,
  addCached: () => undefined,
  format: (value: unknown) => (typeof value === 'number' ? formatNumber(value, language) : String(value)),
});

/** At most three decimals above 1, four significant digits below, so that 0.000213 is not 0. */
export function formatNumber(value: number, language: Language, options?: Intl.NumberFormatOptions): string {
  const small = value !== 0 && Math.abs(value) < 1;
  return new Intl.NumberFormat(language, options ?? (small ? { maximumSignificantDigits: 4 } : { maximumFractionDigits: 3 })).format(value);
}

/** Bytes in the largest decimal unit that keeps the number at 1 or more. */
export function formatBytes(bytes: number, language: Language): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'];
  const place = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  return formatNumber(bytes / 1000 ** place, language, {
    style: 'unit',
    unit: units[place],
    unitDisplay: place === 0 ? 'long' : 'short',
    maximumFractionDigits: place === 0 ? 0 : 1,
  });
}

/** A span of time with its two largest units: 4 min 5 s, 1 h 2 min; tenths of a second below 10 s. The symbols are the same in both languages. */
export function formatSeconds(seconds: number, language: Language): string {
  if (seconds < 10) return `${formatNumber(seconds, language, { maximumFractionDigits: 1 })}\u00a0s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole}\u00a0s`;
  if (whole < 3600) return `${Math.floor(whole / 60)}\u00a0min ${whole % 60}\u00a0s`;
  return `${formatNumber(Math.floor(whole / 3600), language)}\u00a0h ${Math.floor((whole % 3600) / 60)}\u00a0min`;
}

/** Whether `key` ('terminal:import.done', say) has words. */
export function hasWords(key: string, language: Language): boolean {
  return instance(language).exists(key);
}

/** The words of `key`: 'namespace:path.to.key'. A plural is chosen by `count`. @throws Error when the key has no words (a bug, found by tests). */
export function translate(key: string, language: Language, params: WordParams = {}): string {
  const made = instance(language);
  if (!made.exists(key, params)) throw new Error(`no words in ${language} for ${key}`);
  return made.t(key, params);
}

/** An error's words, at the edge where a person or a script reads it. */
export function wordError(error: ErrorJson, language: Language): WordedError {
  const part = (name: string) => instance(language).t(`errors:${error.code}.${name}`, error.params);
  return { code: error.code, message: part('message'), expected: part('expected'), got: part('got'), hint: part('hint') };
}

/** --lang, else the locale (LC_ALL, LC_MESSAGES, LANG, else the system's), else English. */
export function chooseLanguage(option: string | undefined, env: Record<string, string | undefined> = process.env): Language {
  const named = option || env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || new Intl.DateTimeFormat().resolvedOptions().locale;
  return languages.find((language) => new RegExp(`^${language}([-_.@]|$)`, 'i').test(named)) ?? 'en';
}
