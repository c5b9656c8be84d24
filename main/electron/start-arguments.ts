/** @file The words with which Electron was started: where the home is, in which language, and the files to open. */

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

export interface StartArguments {
  home: string | undefined;
  lang: string | undefined;
  /** Absolute paths that stand. */
  open: string[];
}

const valued = ['--home', '--lang'] as const;

/** `argv` as the process has it. A packaged app has its own path alone before the words, an unpacked one also the app's. Chromium adds switches of its own. */
export function startArguments(argv: readonly string[], packaged: boolean, folder: string): StartArguments {
  const words = argv.slice(packaged ? 1 : 2);
  const values = new Map<string, string>();
  const rest: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    const name = valued.find((option) => word === option || word.startsWith(`${option}=`));
    if (name && word === name) values.set(name, words[++at] ?? '');
    else if (name) values.set(name, word.slice(name.length + 1));
    else rest.push(word);
  }
  const open = rest.filter((word) => word !== '' && !word.startsWith('-')).map((word) => resolve(folder, word));
  return { home: values.get('--home') || undefined, lang: values.get('--lang') || undefined, open: open.filter((path) => existsSync(path)) };
}
