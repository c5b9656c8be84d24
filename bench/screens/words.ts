/** @file The window's words, so that a script finds what it presses in either language. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export type Language = 'en' | 'fr';
/** Key, 'run:fork.action' say, and the parameters of its words -> the words. */
export type Say = (key: string, params?: Record<string, string | number>) => string;

/** @throws Error for a key without words */
export function wordsOf(root: string, language: Language): Say {
  const files = new Map<string, unknown>();
  return (key, params = {}) => {
    const [namespace, path] = key.split(':');
    let found = files.get(namespace);
    if (found === undefined) files.set(namespace, (found = JSON.parse(readFileSync(join(root, 'resources', 'locales', language, `${namespace}.json`), 'utf8'))));
    for (const part of path.split('.')) found = (found as Record<string, unknown> | undefined)?.[part];
    if (typeof found !== 'string') throw new Error(`no words for ${key}`);
    return found.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => String(params[name] ?? ''));
  };
}
