/** @file Which of the things that came together make one dataset: each folder and archive is one of its own, loose files are one together. */

export interface Given {
  /** A path, or a name. */
  path: string;
  folder: boolean;
}

const archive = /\.(zip|tar|tgz|tar\.gz)$/i;

/** One loose file is alone as well: its labels may stand beside it. */
export function groupFiles(given: readonly Given[]): { alone: string[]; together: string[] } {
  const loose = given.filter(({ path, folder }) => !folder && !archive.test(path)).map(({ path }) => path);
  const others = given.filter(({ path, folder }) => folder || archive.test(path)).map(({ path }) => path);
  return loose.length === 1 ? { alone: [...others, ...loose], together: [] } : { alone: others, together: loose };
}

/** The last name of a path of any system. */
export const nameOfPath = (path: string): string => path.split(/[\\/]/).findLast((part) => part !== '') ?? path;
