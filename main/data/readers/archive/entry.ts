/** @file An entry of an archive, as both archive readers stream it. */

export interface ArchiveEntry {
  /** As the archive spells it: not to be trusted. */
  path: string;
  /** 'file', 'folder', or the name of what is neither (symlink, device...). */
  kind: string;
  /** Why a file can't be read at all, known from its header. */
  refusal: 'encrypted' | { method: number } | null;
  /** Its content, to be read to its end, or not at all, before the next entry is asked for. */
  open(): AsyncIterable<Buffer>;
  /** Bytes of the archive that the content took so far; 0 where that isn't known. */
  consumed(): number;
}

/** Entries are counted while they are read; more than these are a bomb of names. */
export const maxEntries = 2_000_000;
