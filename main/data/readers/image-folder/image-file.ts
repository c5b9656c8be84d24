/** @file One image file: its facts, checked by decoding it whole, and its pixels in a view. */

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import sharp, { type Sharp, type SharpOptions } from 'sharp';
import { LabError } from '../../../../preload/contract/errors';
import type { ViewConfig } from '../../../../preload/contract/datasets';
import { readingError } from '../reading';
import { headLength, isImageKind, kindOfHead, type FileKind } from '../signatures';
import { viewOfImage } from '../view-pixels';
import { decodeBmp } from './bmp';

// Two images are decoded at a time, each on one thread; nothing is decoded twice, so libvips' cache would only hold memory.
sharp.concurrency(1);
sharp.cache(false);

/** Images under way at once. */
export const imagesAtOnce = 2;

const megapixel = 1_000_000;
/** Pixels that are decoded whole, and those of baseline JPEGs, which shrink while they are read. */
export const maxPixels = { decoded: 64 * megapixel, shrunk: 256 * megapixel };

/** Files up to this size are read once, into memory, for their hash and their pixels. */
const wholeFileBytes = 2 ** 25;

interface Opened {
  kind: FileKind;
  bytes: number;
  sha256: string;
  /** What sharp reads: the file's bytes or its path, or pixels that were decoded already. */
  open(): Sharp;
}

const imageOptions: SharpOptions = { limitInputPixels: false, failOn: 'error', sequentialRead: true };

function refuseTooLarge(path: string, width: number, height: number, max: number): void {
  if (width * height > max) throw new LabError('image-too-large', { path, width, height, limit: max / megapixel });
}

async function hashOfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** @throws LabError 'not-an-image', 'pickle-refused', 'image-unreadable', 'image-too-large', 'path-not-found', 'path-not-readable' */
async function openImage(path: string): Promise<Opened> {
  try {
    const { size } = await stat(path);
    const whole = size <= wholeFileBytes ? await readFile(path) : null;
    const head = whole ? whole.subarray(0, headLength) : await firstBytes(path);
    const kind = imageKind(head, path);
    const sha256 = whole ? createHash('sha256').update(whole).digest('hex') : await hashOfFile(path);
    return { kind, bytes: size, sha256, open: await decoder(kind, whole ?? path, path) };
  } catch (caught) {
    throw readingError(caught, path);
  }
}

/** @throws LabError 'not-an-image', 'pickle-refused' */
function imageKind(head: Uint8Array, path: string): FileKind {
  const kind = kindOfHead(head);
  if (kind === 'pickle') throw new LabError('pickle-refused', { path });
  if (!isImageKind(kind)) throw new LabError('not-an-image', { path });
  return kind;
}

/** What opens an image anew each time. `from`: its bytes, or the path of its file. @throws LabError 'image-unreadable', 'image-too-large' */
async function decoder(kind: FileKind, from: Uint8Array | string, path: string): Promise<() => Sharp> {
  if (kind !== 'bmp') return () => sharp(from, imageOptions);
  // libvips as it comes with sharp has no BMP.
  const bitmap = decodeBmp(typeof from === 'string' ? await readFile(from) : Buffer.from(from.buffer, from.byteOffset, from.length), path, (width, height) => refuseTooLarge(path, width, height, maxPixels.decoded));
  const { pixels, width, height, channels } = bitmap;
  return () => sharp(pixels, { raw: { width, height, channels } });
}

async function firstBytes(path: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of createReadStream(path, { end: headLength - 1 })) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** What libvips says, on one line: it lists the same failure once a call. */
const detailOf = (caught: unknown): string => (caught instanceof Error ? caught.message : String(caught)).split('\n')[0].trim();

async function decoding<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (caught) {
    throw caught instanceof LabError ? caught : new LabError('image-unreadable', { path, detail: detailOf(caught) }, { cause: caught });
  }
}

/** @throws LabError 'image-too-large', from the header alone */
async function header(path: string, opened: Pick<Opened, 'kind' | 'open'>): Promise<{ width: number; height: number; channels: 1 | 3 | 4 }> {
  const facts = await opened.open().metadata();
  // A progressive JPEG keeps all coefficients in memory, whatever the size asked for.
  const shrinks = opened.kind === 'jpeg' && !facts.isProgressive;
  refuseTooLarge(path, facts.width, facts.height, shrinks ? maxPixels.shrunk : maxPixels.decoded);
  const isGrey = facts.channels <= 2 && facts.space !== 'srgb';
  const { width, height } = facts.autoOrient;
  return { width, height, channels: facts.hasAlpha ? 4 : isGrey ? 1 : 3 };
}

export interface ImageFacts {
  /** Pixels, after EXIF turning. */
  width: number;
  height: number;
  /** 1 grey, 3 colour, 4 with transparency (grey or not). */
  channels: 1 | 3 | 4;
  bytes: number;
  /** Of the file's bytes. */
  sha256: string;
}

/**
 * Reads the whole file and decodes every pixel, keeping none. Of animations, the first frame.
 * @throws LabError as `openImage`
 */
export async function imageFacts(path: string): Promise<ImageFacts> {
  const opened = await openImage(path);
  return decoding(path, async () => {
    const facts = await header(path, opened);
    // A small image is decoded as it is. Of a large one no pixel is kept: JPEG shrinks by 8 while decoding, the rest streams past a mean.
    // (Not past a sampler: it stops at the last row it wants, and what is cut off behind that goes unseen.)
    const image = opened.open();
    await (facts.width * facts.height <= megapixel ? image : image.resize(8, 8, { fit: 'fill' })).raw().toBuffer();
    return { ...facts, bytes: opened.bytes, sha256: opened.sha256 };
  });
}

/**
 * -> pixels uint8 [height, width, channels] of the view, and the SHA-256 of the file they came from.
 * @throws LabError as `openImage`
 */
export async function viewOfFile(path: string, view: ViewConfig): Promise<{ pixels: Uint8Array; sha256: string }> {
  const opened = await openImage(path);
  return decoding(path, async () => {
    await header(path, opened);
    return { pixels: await viewOfImage(opened.open(), view), sha256: opened.sha256 };
  });
}

/** The same of an image's bytes; `name` stands for a path in errors. -> uint8 [height, width, channels] */
export async function viewOfBytes(bytes: Uint8Array, name: string, view: ViewConfig): Promise<Uint8Array> {
  const kind = imageKind(bytes.subarray(0, headLength), name);
  return decoding(name, async () => {
    const opened = { kind, open: await decoder(kind, bytes, name) };
    await header(name, opened);
    return viewOfImage(opened.open(), view);
  });
}
