/** @file Which paths of an archive may be written, on any system: relative, downwards, spelled so that no two are one file somewhere. */

/** Names that Windows takes for devices, whatever their ending. */
const reserved = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(\.|$)/i;

const maxDepth = 64;
const maxNameBytes = 255;
const maxPathBytes = 1024;

export type PathRule = 'empty' | 'absolute' | 'drive' | 'parent' | 'character' | 'trailing' | 'reserved' | 'length' | 'depth';

/** -> the path with '/' between names and without '.', or the rule it breaks. */
export function entryPath(raw: string): { path: string } | { rule: PathRule } {
  const spelled = raw.replaceAll('\\', '/');
  if (spelled.startsWith('/')) return { rule: 'absolute' };
  if (/^[A-Za-z]:/.test(spelled)) return { rule: 'drive' };
  const names = spelled.split('/').filter((name) => name !== '' && name !== '.');
  if (names.length === 0) return { rule: 'empty' };
  if (names.includes('..')) return { rule: 'parent' };
  if (names.length > maxDepth) return { rule: 'depth' };
  for (const name of names) {
    // A colon names a hidden stream on Windows; the rest can't stand in a name there.
    // oxlint-disable-next-line no-control-regex
    if (/[\0-\x1f\x7f:<>"|?*]/.test(name) || /\p{Surrogate}/u.test(name)) return { rule: 'character' };
    if (/[. ]$/.test(name)) return { rule: 'trailing' };
    if (reserved.test(name)) return { rule: 'reserved' };
    if (Buffer.byteLength(name) > maxNameBytes) return { rule: 'length' };
  }
  const path = names.join('/');
  return Buffer.byteLength(path) > maxPathBytes ? { rule: 'length' } : { path };
}

/** Paths taken so far, as a file system sees them that knows neither case nor Unicode forms. */
export class TakenPaths {
  /** Key -> the spelling that took it, and whether as a folder. */
  private readonly taken = new Map<string, { path: string; isFolder: boolean }>();

  private static key(path: string): string {
    return path.normalize('NFC').toUpperCase().toLowerCase();
  }

  /** Takes `path` and the folders above it. -> null, or the path it collides with; then nothing is taken. */
  take(path: string, isFolder: boolean): string | null {
    const wanted: [string, boolean][] = [[path, isFolder]];
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) wanted.push([path.slice(0, at), true]);
    for (const [each, asFolder] of wanted) {
      const other = this.taken.get(TakenPaths.key(each));
      if (other && (other.path !== each || !other.isFolder || !asFolder)) return other.path;
    }
    for (const [each, asFolder] of wanted) this.taken.set(TakenPaths.key(each), { path: each, isFolder: asFolder });
    return null;
  }
}
