/** @file The languages of the window. */

export const languages = ['en', 'fr'] as const;
export type Language = (typeof languages)[number];

/** The first of the user's languages that the lab speaks, else English. */
export function preferredLanguage(tags: readonly string[]): Language {
  for (const tag of tags) {
    const language = languages.find((one) => one === tag.toLowerCase().split('-')[0]);
    if (language) return language;
  }
  return 'en';
}

/** The user's own variety of a language, for dates: 'en-GB' of ['fr-CH', 'en-GB'] and 'en'. Without one the language alone. */
export const regionalTag = (language: Language, tags: readonly string[]): string => tags.find((tag) => tag.toLowerCase().split('-')[0] === language) ?? language;
