/** @file What a file is, by its first bytes: endings lie. */

import { gunzipHead, isGzip, readHead } from './reading';

export type FileKind =
  | 'png' | 'jpeg' | 'webp' | 'gif' | 'avif' | 'tiff' | 'bmp'
  | 'zip' | 'tar' | 'tar.gz' | 'gzip' | 'idx'
  | 'pickle' | 'npy' | 'parquet' | 'hdf5' | 'pdf' | 'svg' | 'xz' | 'bzip2' | 'zstd' | '7z' | 'rar'
  | 'empty' | 'unknown';

const imageKinds: ReadonlySet<FileKind> = new Set(['png', 'jpeg', 'webp', 'gif', 'avif', 'tiff', 'bmp']);
export const isImageKind = (kind: FileKind): boolean => imageKinds.has(kind);

/** Enough for a tar header (512 bytes), also gzipped, and for the header of an npy file. */
export const headLength = 4096;

const starts = (head: Uint8Array, ...bytes: number[]): boolean => head.length >= bytes.length && bytes.every((byte, i) => head[i] === byte);
const text = (head: Uint8Array, from: number, to: number): string => Buffer.from(head.subarray(from, to)).toString('latin1');

/** A tar header states the sum of its own bytes, its checksum field read as spaces. */
function isTar(head: Uint8Array): boolean {
  if (head.length < 512) return false;
  const stated = Number.parseInt(text(head, 148, 156).replace(/\0.*$/s, '').trim(), 8);
  let sum = 0;
  for (let i = 0; i < 512; i++) sum += i >= 148 && i < 156 ? 32 : head[i];
  return stated === sum && sum > 256;
}

/**
 * Pickles of protocol 2 and later start with 0x80 and the protocol, then an opcode; those of protocols 0 and 1 with a mark or an empty
 * container (dict, list, tuple), or with the name of a class to call.
 */
function isPickle(head: Uint8Array): boolean {
  if (head.length < 2) return false;
  if (head[0] === 0x80 && head[1] >= 2 && head[1] <= 5) return head.length === 2 || isOpcode(head[2]);
  const start = text(head, 0, 200);
  if (/^\((?:d|l|t)(?:p\d+\r?\n|\.)/.test(start) || /^c[A-Za-z_][\w.]*\r?\n[A-Za-z_]\w*\r?\n(?:[(pq)]|$)/.test(start)) return true;
  return /^[}\])]q/.test(start) && head.length > 3 && (head[3] === 0x2e || isOpcode(head[3]));
}

/** What may follow the protocol: a frame, a container, a mark, a class, a string, a number, None or a memo. */
const isOpcode = (byte: number): boolean => '\x95}])(c\x8c\x8dXTUBC\x8eGJKMIFL\x8a\x8bN\x88\x89q\x94'.includes(String.fromCharCode(byte));

/** An npy file whose dtype has objects holds a pickle. */
function isObjectNpy(head: Uint8Array): boolean {
  const descr = /'descr':\s*('[^']*'|\[.*?\]\s*[,}])/s.exec(text(head, 6, headLength));
  // In a list of fields, types come second: [('name', '|O'), ...].
  return descr !== null && /(^|,\s*)'[|<>=]?O\d*'/.test(descr[1]);
}

const signatures: readonly [FileKind, (head: Uint8Array) => boolean][] = [
  ['png', (h) => starts(h, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)],
  ['jpeg', (h) => starts(h, 0xff, 0xd8, 0xff)],
  ['webp', (h) => text(h, 0, 4) === 'RIFF' && text(h, 8, 12) === 'WEBP'],
  ['gif', (h) => /^GIF8[79]a$/.test(text(h, 0, 6))],
  ['avif', (h) => text(h, 4, 8) === 'ftyp' && /avi[fs]/.test(text(h, 8, 64))],
  ['tiff', (h) => starts(h, 0x49, 0x49, 0x2a, 0) || starts(h, 0x4d, 0x4d, 0, 0x2a) || starts(h, 0x49, 0x49, 0x2b, 0) || starts(h, 0x4d, 0x4d, 0, 0x2b)],
  ['bmp', (h) => text(h, 0, 2) === 'BM' && h.length >= 26 && text(h, 6, 10) === '\0\0\0\0'],
  ['zip', (h) => starts(h, 0x50, 0x4b, 3, 4) || starts(h, 0x50, 0x4b, 5, 6)],
  ['npy', (h) => starts(h, 0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59)],
  ['parquet', (h) => text(h, 0, 4) === 'PAR1'],
  ['hdf5', (h) => starts(h, 0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a)],
  ['pdf', (h) => text(h, 0, 5) === '%PDF-'],
  ['xz', (h) => starts(h, 0xfd, 0x37, 0x7a, 0x58, 0x5a, 0)],
  ['bzip2', (h) => /^BZh[1-9]/.test(text(h, 0, 4))],
  ['zstd', (h) => starts(h, 0x28, 0xb5, 0x2f, 0xfd)],
  ['7z', (h) => starts(h, 0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c)],
  ['rar', (h) => text(h, 0, 4) === 'Rar!'],
  ['pickle', isPickle],
  ['idx', (h) => h.length >= 8 && h[0] === 0 && h[1] === 0 && [8, 9, 11, 12, 13, 14].includes(h[2]) && h[3] >= 1 && h[3] <= 8],
  ['tar', isTar],
  ['svg', (h) => /^\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)?<svg/s.test(text(h, 0, 1024))],
];

/** The kind of a file, from its first `headLength` bytes. A gzip file of anything but a tar is 'gzip', of a pickle 'pickle'. */
export function kindOfHead(head: Uint8Array): FileKind {
  if (head.length === 0) return 'empty';
  if (isGzip(head)) {
    const inside = gunzipHead(head);
    if (isTar(inside)) return 'tar.gz';
    return isPickle(inside) || (starts(inside, 0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59) && isObjectNpy(inside)) ? 'pickle' : 'gzip';
  }
  const kind = signatures.find(([, is]) => is(head))?.[0] ?? 'unknown';
  return kind === 'npy' && isObjectNpy(head) ? 'pickle' : kind;
}

/** @throws LabError 'path-not-found', 'path-not-readable' */
export async function kindOfFile(path: string): Promise<FileKind> {
  return kindOfHead(await readHead(path, headLength));
}
