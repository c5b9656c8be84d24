/** @file What the checks of files look for, apart from the checks so that they can be shown to fail. */

/** Whether the text (after a shebang) opens with a doc comment whose first words are `@file` and a sentence of at least three words. */
export function opensWithFileSentence(text: string): boolean {
  return /^(#!.*\n)?\/\*\*\s*(\*\s*)?@file (?!stub)\S+ \S+/.test(text);
}

/** Parts of a path whose name says nothing: utils, helpers, common, misc, alone or as a word of the name. */
export function drawerNames(path: string): string[] {
  return path
    .split('/')
    .map((part) => part.replace(/(\.test)?\.[a-z]+$/i, ''))
    .filter((name) => name.split(/[-_.]/).some((word) => /^(utils?|helpers?|common|misc)$/i.test(word)));
}

const writing = 'writeFile|appendFile|createWriteStream|mkdir|mkdtemp|rename|rm|rmdir|unlink|copyFile|cp|truncate|symlink|link|chmod|chown';
const call = new RegExp(`^(${writing})(Sync)?$`);

/** Names of functions, which change files or folders (not their times alone), that a source takes from node:fs or node:fs/promises. */
export function writesFiles(text: string): string[] {
  const found: string[] = [];
  for (const match of text.matchAll(/import\s+(?:(\w+)|\*\s+as\s+(\w+)|\{([^}]*)\})\s+from\s+'(?:node:)?fs(?:\/promises)?'/g)) {
    const [, whole, namespace, names] = match;
    const imported = (names ?? '').split(',').map((name) => name.trim().split(/\s+as\s+/)[0] ?? '');
    found.push(...imported.filter((name) => call.test(name)));
    const object = whole ?? namespace ?? (imported.includes('promises') ? 'promises' : undefined);
    if (object) for (const used of text.matchAll(new RegExp(`\\b(${object}\\.(?:${writing})(?:Sync)?)\\(`, 'g'))) found.push(used[1] ?? '');
  }
  return found;
}
