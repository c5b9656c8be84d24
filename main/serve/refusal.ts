/** @file What a person reads whose request was refused, in a language that the browser asks for. */

import { languages, translate, type Language } from '../lab/words';

export type RefusalStatus = 400 | 401 | 403 | 404 | 405;

/** The first of our languages that Accept-Language names, else English. */
export function languageAsked(header: string | undefined): Language {
  const asked = (header ?? '').split(',').map((part) => part.trim().slice(0, 2).toLowerCase());
  return languages.find((language) => language === asked.find((one) => languages.some((known) => known === one))) ?? 'en';
}

export function refusalText(status: RefusalStatus, acceptLanguage: string | undefined): string {
  return `${translate(`serve:refused.${status}`, languageAsked(acceptLanguage))}\n`;
}
