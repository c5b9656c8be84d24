/** @file Archives that no honest tool writes: zips byte by byte, so that every field can lie, and tars with any name and kind of entry. */

import { crc32, deflateRawSync } from 'node:zlib';
import { pack, type Header } from 'tar-stream';
import { pictureOf } from './data-files';

export interface ZipPart {
  name: string | Uint8Array;
  data?: Uint8Array;
  /** 8 deflated (the default), 0 stored; others are only written into the header. */
  method?: number;
  flags?: number;
  /** Unix mode in the upper half of the external attributes. */
  mode?: number;
  /** Lies of the central directory. */
  size?: number;
  compressedSize?: number;
  crc?: number;
  /** Points to the local header of another entry. */
  offset?: number;
}

export function zip(parts: readonly ZipPart[]): Buffer {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let at = 0;
  for (const { name, data = new Uint8Array(), method = 8, flags = 0x800, mode = 0, size, compressedSize, crc, offset } of parts) {
    const nameBytes = Buffer.from(name as Uint8Array);
    const body = method === 0 ? Buffer.from(data) : deflateRawSync(data);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(20, 4);
    local.writeUInt16LE(flags, 6);
    local.writeUInt16LE(method, 8);
    local.writeUInt32LE(crc32(data), 14);
    local.writeUInt32LE(body.length, 18);
    local.writeUInt32LE(data.length, 22);
    local.writeUInt16LE(nameBytes.length, 26);
    const header = Buffer.alloc(46);
    header.writeUInt32LE(0x02014b50, 0);
    header.writeUInt16LE((3 << 8) | 20, 4);
    header.writeUInt16LE(20, 6);
    header.writeUInt16LE(flags, 8);
    header.writeUInt16LE(method, 10);
    header.writeUInt32LE(crc ?? crc32(data), 16);
    header.writeUInt32LE(compressedSize ?? body.length, 20);
    header.writeUInt32LE(size ?? data.length, 24);
    header.writeUInt16LE(nameBytes.length, 28);
    header.writeUInt32LE((mode << 16) >>> 0, 38);
    header.writeUInt32LE(offset ?? at, 42);
    central.push(header, nameBytes);
    if (offset === undefined) {
      locals.push(local, nameBytes, body);
      at += 30 + nameBytes.length + body.length;
    }
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(parts.length, 8);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...locals, directory, end]);
}

export interface TarPart {
  name: string;
  data?: Uint8Array;
  type?: Header['type'];
  linkname?: string;
}

export async function tar(parts: readonly TarPart[]): Promise<Buffer> {
  const packing = pack();
  const chunks: Buffer[] = [];
  const reading = (async () => {
    for await (const chunk of packing) chunks.push(chunk as Buffer);
  })();
  for (const { name, data = new Uint8Array(), type = 'file', linkname } of parts) packing.entry({ name, type, linkname, size: data.length }, Buffer.from(data));
  packing.finalize();
  await reading;
  return Buffer.concat(chunks);
}

/** What one hostile entry must end as, beside an honest one. */
export interface HostileEntry {
  what: string;
  /** Entries after the honest 'good.png'. `outside`: an absolute path that must stay empty. */
  parts(outside: string): TarPart[];
  /** The code of each entry left out. */
  codes: string[];
  /** Only where the kind of archive can hold it. */
  only?: 'zip' | 'tar';
}

const evil = pictureOf(666);
const one = (name: string): TarPart[] => [{ name, data: evil }];
const path = (what: string, name: string, only?: 'zip' | 'tar'): HostileEntry => ({ what, parts: () => one(name), codes: ['entry-path-refused'], ...(only && { only }) });
const link = (what: string, type: Header['type'], target: (outside: string) => string): HostileEntry => ({
  what,
  parts: (outside) => [{ name: 'door', type, linkname: target(outside) }, { name: 'door/evil.png', data: evil }],
  codes: ['entry-kind-refused'],
});

export const hostileEntries: readonly HostileEntry[] = [
  path('up', '../evil.png'),
  path('up from below', 'a/../../evil.png'),
  path('up and down within', 'a/../b.png'),
  path('up by backslashes', '..\\evil.png'),
  path('up by mixed slashes', 'a\\..\\../evil.png'),
  { what: 'absolute', parts: (outside) => one(`${outside}/evil.png`), codes: ['entry-path-refused'] },
  path('a share', '\\\\server\\share\\evil.png'),
  path('a drive', 'C:\\evil.png'),
  path('a drive, relative', 'C:evil.png'),
  path('a drive with slashes', 'c:/evil.png'),
  path('a stream of a file', 'a.png:hidden.png'),
  path('a device of Windows', 'aux.png'),
  path('a device of Windows below', 'a/COM1/b.png'),
  path('a trailing dot', 'evil.png.'),
  path('a trailing blank', 'folder /evil.png'),
  path('a zero byte', 'a\0../../evil.png', 'zip'),
  path('a line feed', 'a\nb.png'),
  path('a long name', `${'x'.repeat(300)}.png`),
  path('a deep path', `${'a/'.repeat(100)}b.png`),
  { what: 'names that differ in case', parts: () => [...one('Same.png'), ...one('sAME.png')], codes: ['entry-collision'] },
  { what: 'folders that differ in case', parts: () => [...one('Cat/1.png'), ...one('cat/2.png')], codes: ['entry-collision'] },
  { what: 'names in two forms of Unicode', parts: () => [...one('caf\u00e9.png'), ...one('cafe\u0301.png')], codes: ['entry-collision'] },
  { what: 'the same name twice', parts: () => [...one('a.png'), ...one('./a.png')], codes: ['entry-collision'] },
  { what: 'a file and a folder of one name', parts: () => [...one('a.png'), ...one('a.png/b.png')], codes: ['entry-collision'] },
  link('a symbolic link out, then a file through it', 'symlink', (outside) => outside),
  { ...link('a hard link', 'link', () => '/etc/passwd'), only: 'tar' },
  { ...link('a device', 'character-device', () => ''), only: 'tar' },
  { ...link('a pipe', 'fifo', () => ''), only: 'tar' },
];
