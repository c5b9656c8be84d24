/** @file Pictures of several sizes in one icon file: .ico of Windows, .icns of macOS. */

export interface IconImage {
  /** Pixels of a side. */
  size: number;
  png: Uint8Array;
  /** RGBA rows from the top. */
  rgba: Uint8Array;
}

/** Sizes from which .ico holds PNG; older readers know only bitmaps below. */
const pngFrom = 256;

/** https://learn.microsoft.com/previous-versions/ms997538(v=msdn.10): a directory, then each picture as a bitmap without file header, or as PNG. */
export function icoFile(images: readonly IconImage[]): Uint8Array {
  const parts = images.map((image) => (image.size >= pngFrom ? Buffer.from(image.png) : bitmap(image)));
  const directory = Buffer.alloc(6 + 16 * images.length);
  directory.writeUInt16LE(1, 2);
  directory.writeUInt16LE(images.length, 4);
  let offset = directory.length;
  images.forEach(({ size }, at) => {
    const entry = 6 + 16 * at;
    // 0 stands for 256.
    directory.writeUInt8(size % 256, entry);
    directory.writeUInt8(size % 256, entry + 1);
    directory.writeUInt16LE(1, entry + 4);
    directory.writeUInt16LE(32, entry + 6);
    directory.writeUInt32LE(parts[at].length, entry + 8);
    directory.writeUInt32LE(offset, entry + 12);
    offset += parts[at].length;
  });
  return Buffer.concat([directory, ...parts]);
}

/** BITMAPINFOHEADER of twice the height, BGRA rows from the bottom, then a mask of one bit a pixel that alpha makes needless. */
function bitmap({ size, rgba }: IconImage): Buffer {
  const header = Buffer.alloc(40);
  header.writeUInt32LE(40, 0);
  header.writeInt32LE(size, 4);
  header.writeInt32LE(2 * size, 8);
  header.writeUInt16LE(1, 12);
  header.writeUInt16LE(32, 14);
  const pixels = Buffer.alloc(4 * size * size);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const from = 4 * ((size - 1 - y) * size + x);
      const to = 4 * (y * size + x);
      pixels.set([rgba[from + 2], rgba[from + 1], rgba[from], rgba[from + 3]], to);
    }
  }
  const mask = Buffer.alloc(Math.ceil(size / 32) * 4 * size);
  return Buffer.concat([header, pixels, mask]);
}

/** Types of PNG pictures in .icns, by pixels of a side: plain ones, then those of doubled density. */
const icnsTypes: [type: string, size: number][] = [
  ['icp4', 16],
  ['icp5', 32],
  ['ic07', 128],
  ['ic08', 256],
  ['ic09', 512],
  ['ic11', 32],
  ['ic12', 64],
  ['ic13', 256],
  ['ic14', 512],
  ['ic10', 1024],
];

/** 'icns', the length of all, then a type, its length and a PNG each; big-endian. */
export function icnsFile(images: readonly IconImage[]): Uint8Array {
  const parts = icnsTypes.flatMap(([type, size]) => {
    const image = images.find((one) => one.size === size);
    if (!image) throw new RangeError(`no picture of ${size} pixels for ${type}`);
    const head = Buffer.alloc(8);
    head.write(type, 'latin1');
    head.writeUInt32BE(8 + image.png.length, 4);
    return [head, Buffer.from(image.png)];
  });
  const head = Buffer.alloc(8);
  head.write('icns', 'latin1');
  head.writeUInt32BE(8 + parts.reduce((sum, part) => sum + part.length, 0), 4);
  return Buffer.concat([head, ...parts]);
}
