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
