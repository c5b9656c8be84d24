/** @file Paths that the user chose in the system's dialog: only there may a page have a file written. */

export interface ChosenPaths {
  add(path: string): void;
  /** Whether it was chosen; it counts once. */
  take(path: string): boolean;
}

const mostKept = 100;

export function openChosenPaths(): ChosenPaths {
  const chosen = new Set<string>();
  return {
    add(path) {
      chosen.add(path);
      for (const oldest of chosen) {
        if (chosen.size <= mostKept) break;
        chosen.delete(oldest);
      }
    },
    take: (path) => chosen.delete(path),
  };
}
