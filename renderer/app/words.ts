/** @file The page's words: resources/locales/<language>/window.json. */

import i18next from 'i18next';
import en from '../../resources/locales/en/window.json';
import fr from '../../resources/locales/fr/window.json';

export const languages = ['en', 'fr'] as const;
export type Language = (typeof languages)[number];

const words = i18next.createInstance();
void words.init({ lng: 'en', resources: { en: { window: en }, fr: { window: fr } }, defaultNS: 'window', initAsync: false, fallbackLng: false, interpolation: { escapeValue: false } });

export function translate(key: keyof typeof en, language: Language, params: Record<string, string> = {}): string {
  return words.t(key, { ...params, lng: language });
}

/** The first of the user's languages that the lab speaks, else English. */
export function preferredLanguage(tags: readonly string[]): Language {
  for (const tag of tags) {
    const language = languages.find((one) => one === tag.toLowerCase().split('-')[0]);
    if (language) return language;
  }
  return 'en';
}
