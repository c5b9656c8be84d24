/** @file The window's words and numbers: resources/locales/<language>/<namespace>.json through i18next, in the language in force. */

/// <reference types="vite/client" />
import i18next, { type FormatterModule, type i18n } from 'i18next';
import { useMemo } from 'react';
import type { ErrorJson } from '../../preload/contract/errors';
import { regionalTag, type Language } from './languages';
import { useSettings } from './settings';

export type WordParams = Record<string, string | number>;

/** All but the terminal's. */
const files = import.meta.glob<Record<string, unknown>>(['../../resources/locales/*/*.json', '!../../resources/locales/*/terminal.json'], { eager: true, import: 'default' });

const resources: Record<string, Record<string, Record<string, unknown>>> = {};
for (const [path, words] of Object.entries(files)) {
  const [language = '', file = ''] = path.split('/').slice(-2);
  (resources[language] ??= {})[file.replace('.json', '')] = words;
}

const numbersAs = (language: Language): FormatterModule => ({
  type: 'formatter',
  init: () => undefined,
  add: () => undefined,
  addCached: () => undefined,
  format: (value: unknown) => (typeof value === 'number' ? formatNumber(value, language) : String(value)),
});

const instances = new Map<Language, i18n>();

function instance(language: Language): i18n {
  const made = instances.get(language);
  if (made) return made;
  const fresh = i18next.createInstance().use(numbersAs(language));
  void fresh.init({ lng: language, resources, initAsync: false, fallbackLng: false, returnEmptyString: true, interpolation: { escapeValue: false, alwaysFormat: true } });
  instances.set(language, fresh);
  return fresh;
}

/** Words of one namespace, and numbers, in one language. */
export interface Words {
  (key: string, params?: WordParams): string;
  has(key: string): boolean;
  readonly language: Language;
  /** At most 4 significant digits. */
  number(value: number, options?: Intl.NumberFormatOptions): string;
  bytes(value: number): string;
  /** Two largest units: 4 min 5 s. */
  seconds(value: number): string;
  /** As it is written where the user lives: 24 Nov 2026 or Nov 24, 2026; 16:42 or 4:42 PM. */
  date(at: Date, options: Intl.DateTimeFormatOptions): string;
  /** Parts without words are empty. */
  error(error: ErrorJson): { message: string; expected: string; got: string; hint: string };
}

export function wordsOf(namespace: string, language: Language): Words {
  const made = instance(language);
  const say = (key: string, params: WordParams = {}): string => {
    const full = key.includes(':') ? key : `${namespace}:${key}`;
    if (!made.exists(full, params)) throw new Error(`internal: no words in ${language} for ${full}`);
    return made.t(full, params);
  };
  return Object.assign(say, {
    has: (key: string) => made.exists(key.includes(':') ? key : `${namespace}:${key}`),
    language,
    number: (value: number, options?: Intl.NumberFormatOptions) => formatNumber(value, language, options),
    bytes: (value: number) => formatBytes(value, language),
    seconds: (value: number) => formatSeconds(value, language),
    date: (at: Date, options: Intl.DateTimeFormatOptions) => at.toLocaleString(regionalTag(language, navigator.languages), options),
    error: ({ code, params }: ErrorJson) => {
      // Facts are told whole: what was expected and what was found may differ in their last digit.
      const whole = Object.fromEntries(Object.entries(params).map(([name, value]) => [name, typeof value === 'number' ? formatNumber(value, language, { maximumSignificantDigits: 21 }) : value]));
      // Where the terminal's words name its commands, the window has its own.
      const part = (name: string): string => {
        const key = [`errors:${code}.${name}Window`, `errors:${code}.${name}`].find((one) => made.exists(one));
        return key === undefined ? '' : made.t(key, whole);
      };
      // A code of a newer Genoise is still shown, by its name.
      return { message: part('message') || code, expected: part('expected'), got: part('got'), hint: part('hint') };
    },
  });
}

/** The words of a namespace, in the language in force. A component that uses it is drawn anew when the language changes. */
export function useWords(namespace: string): Words {
  const language = useSettings((settings) => settings.language);
  return useMemo(() => wordsOf(namespace, language), [namespace, language]);
}

/** By language and options: making one takes a hundred times as long as using it, and a slider that is dragged uses dozens a frame. */
const numberFormats = new Map<string, Intl.NumberFormat>();

function formatNumber(value: number, language: Language, options: Intl.NumberFormatOptions = { maximumSignificantDigits: 4 }): string {
  const key = language + JSON.stringify(options);
  let made = numberFormats.get(key);
  if (!made) numberFormats.set(key, (made = new Intl.NumberFormat(language, options)));
  return made.format(value);
}

function formatBytes(bytes: number, language: Language): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'];
  const place = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  return formatNumber(bytes / 1000 ** place, language, { style: 'unit', unit: units[place], unitDisplay: place === 0 ? 'long' : 'short', maximumFractionDigits: place === 0 ? 0 : 1 });
}

function formatSeconds(seconds: number, language: Language): string {
  if (seconds < 10) return `${formatNumber(seconds, language, { maximumFractionDigits: 1 })}\u00a0s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole}\u00a0s`;
  if (whole < 3600) return `${Math.floor(whole / 60)}\u00a0min${whole % 60 === 0 ? '' : ` ${whole % 60}\u00a0s`}`;
  return `${formatNumber(Math.floor(whole / 3600), language)}\u00a0h ${Math.floor((whole % 3600) / 60)}\u00a0min`;
}
