/** @file PNG pictures that carry the run, the seed and the settings they were made with, as text inside the file. */

import { crc32, inflateSync } from 'node:zlib';
import sharp from 'sharp';
import { LabError } from '../../preload/contract/errors';
import type { Picture } from './picture';

/** What made a picture. */
export interface Stamp {
  run: string;
  seed: number;
  settings: Record<string, unknown>;
}

/** The keyword under which a picture's stamp stands, as JSON. */
export const stampKeyword = 'genoise';

const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
const ihdrEnd = signature.length + 12 + 13;

/**
 * A PNG of `picture`, its texts as iTXt chunks (UTF-8) before the pixels. The same picture and texts give the same bytes.
 * @throws RangeError for a keyword that PNG does not allow (1 to 79 Latin-1 letters) or data of another length than the shape says
 */
export async function encodePng(picture: Picture, options: { text?: Record<string, string>; stamp?: Stamp } = {}): Promise<Uint8Array> {
  const { width, height, channels, data } = picture;
  if (data.length !== width * height * channels) throw new RangeError(`${data.length} bytes for ${width}x${height}x${channels} pixels`);
  const encoder = sharp(data, { raw: { width, height, channels }, limitInputPixels: false });
  // sharp stores grey as RGB unless told.
  const bytes = await encoder.toColourspace(channels === 1 ? 'b-w' : 'srgb').png({ compressionLevel: 9 }).toBuffer();
  const texts = { ...options.text, ...(options.stamp ? { [stampKeyword]: JSON.stringify(options.stamp) } : {}) };
  const chunks = Object.entries(texts).map(([keyword, text]) => chunk('iTXt', internationalText(keyword, text)));
  return Buffer.concat([bytes.subarray(0, ihdrEnd), ...chunks, bytes.subarray(ihdrEnd)]);
}

function internationalText(keyword: string, text: string): Buffer {
  if (!/^[!-~¡-ÿ](?:[ -~¡-ÿ]{0,77}[!-~¡-ÿ])?$/.test(keyword)) throw new RangeError(`'${keyword}' is no PNG keyword`);
  // Keyword, then: not compressed, method 0, no language, no translated keyword.
  return Buffer.concat([Buffer.from(keyword, 'latin1'), Buffer.alloc(5), Buffer.from(text, 'utf8')]);
}

/** Length, type, data, CRC-32 of type and data. */
function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), framed.length - 4);
  return framed;
}

/** Largest text that is inflated out of a zTXt or iTXt chunk. */
const largestText = 16 * 2 ** 20;

/**
 * The texts of a PNG (tEXt, zTXt, iTXt) by keyword.
 * @throws LabError 'png-malformed' for a wrong signature, a cut file, a chunk whose checksum is off
 */
export function readPngText(bytes: Uint8Array): Record<string, string> {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!file.subarray(0, 8).equals(signature)) throw new LabError('png-malformed', { detail: 'signature' });
  const texts: [string, string][] = [];
  for (let at = 8; ; ) {
    if (at + 12 > file.length) throw new LabError('png-malformed', { detail: `length ${file.length}` });
    const length = file.readUInt32BE(at);
    const end = at + 12 + length;
    if (end > file.length) throw new LabError('png-malformed', { detail: `length ${file.length}` });
    const type = file.toString('latin1', at + 4, at + 8);
    if (crc32(file.subarray(at + 4, end - 4)) !== file.readUInt32BE(end - 4)) throw new LabError('png-malformed', { detail: `CRC ${type}` });
    if (type === 'IEND') break;
    const text = textOf(type, file.subarray(at + 8, end - 4));
    if (text) texts.push(text);
    at = end;
  }
  return Object.fromEntries(texts);
}

/** What made the picture, or null where it carries no stamp of ours. @throws as `readPngText` */
export function readStamp(bytes: Uint8Array): Stamp | null {
  const text = readPngText(bytes)[stampKeyword];
  return text === undefined ? null : (JSON.parse(text) as Stamp);
}

function textOf(type: string, data: Buffer): [string, string] | null {
  if (type !== 'tEXt' && type !== 'zTXt' && type !== 'iTXt') return null;
  const keywordEnd = data.indexOf(0);
  if (keywordEnd < 1) throw new LabError('png-malformed', { detail: type });
  const keyword = data.toString('latin1', 0, keywordEnd);
  const rest = data.subarray(keywordEnd + 1);
  if (type === 'tEXt') return [keyword, rest.toString('latin1')];
  if (type === 'zTXt') return [keyword, inflated(type, rest.subarray(1)).toString('latin1')];
  const languageEnd = rest.indexOf(0, 2);
  const translatedEnd = rest.indexOf(0, languageEnd + 1);
  if (languageEnd < 0 || translatedEnd < 0) throw new LabError('png-malformed', { detail: type });
  const text = rest.subarray(translatedEnd + 1);
  return [keyword, (rest[0] === 1 ? inflated(type, text) : text).toString('utf8')];
}

function inflated(type: string, data: Buffer): Buffer {
  try {
    return inflateSync(data, { maxOutputLength: largestText });
  } catch (caught) {
    throw new LabError('png-malformed', { detail: type }, { cause: caught });
  }
}
