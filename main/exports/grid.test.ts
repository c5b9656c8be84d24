/** @file Sheets of images, pixel by pixel. */

import { describe, expect, it } from 'vitest';
import { imageGrid, imageStrip, reconstructionGrid } from './grid';
import { wholeZoom, type Images, type Picture } from './picture';

/** Image n is filled with value 10 (n + 1) in each channel, plus the channel. */
function flat(count: number, side: number, channels: number): Images {
  const data = Uint8Array.from({ length: count * side * side * channels }, (_, i) => 10 * (Math.floor(i / (side * side * channels)) + 1) + (i % channels));
  return { data, shape: [count, side, side, channels] };
}

const at = ({ data, width, channels }: Picture, x: number, y: number) => [...data.subarray((y * width + x) * channels, (y * width + x + 1) * channels)];

describe('imageGrid', () => {
  it('puts images row by row with gaps between and around', async () => {
    const grid = await imageGrid(flat(5, 2, 1), { columns: 3, gap: 1, scale: 2 });
    // Cells of 4, gaps of 1: 1 + 3 * 5 wide, 1 + 2 * 5 high.
    expect([grid.width, grid.height, grid.channels]).toEqual([16, 11, 1]);
    expect(at(grid, 0, 0)).toEqual([255]);
    expect([at(grid, 1, 1), at(grid, 4, 4), at(grid, 5, 1), at(grid, 6, 1), at(grid, 11, 4)]).toEqual([[10], [10], [255], [20], [30]]);
    expect([at(grid, 1, 6), at(grid, 6, 9), at(grid, 11, 6)]).toEqual([[40], [50], [255]]);
  });

  it('enlarges each pixel to a square, rows and columns in place', async () => {
    const images: Images = { data: Uint8Array.of(1, 2, 3, 4, 5, 6), shape: [1, 2, 3, 1] };
    const grid = await imageGrid(images, { gap: 0, scale: 3 });
    for (let y = 0; y < 6; y++) for (let x = 0; x < 9; x++) expect(at(grid, x, y)).toEqual([1 + Math.floor(y / 3) * 3 + Math.floor(x / 3)]);
  });

  it('keeps colour, and gives grey images a coloured ground as RGB', async () => {
    expect(at(await imageGrid(flat(1, 2, 3), { gap: 0, scale: 1 }), 0, 0)).toEqual([10, 11, 12]);
    const tinted = await imageGrid(flat(1, 2, 1), { gap: 1, scale: 1, background: [9, 8, 7] });
    expect([at(tinted, 0, 0), at(tinted, 1, 1)]).toEqual([[9, 8, 7], [10, 10, 10]]);
  });

  it('shows transparency on a checkerboard', async () => {
    const images: Images = { data: Uint8Array.of(100, 100, 100, 0, 100, 100, 100, 255, 100, 100, 100, 51, 0, 0, 0, 0), shape: [1, 2, 2, 4] };
    const grid = await imageGrid(images, { gap: 0, scale: 8 });
    expect([at(grid, 0, 0), at(grid, 8, 0)]).toEqual([[255, 255, 255], [100, 100, 100]]);
    // A fifth of 100, four fifths of the darker square.
    expect(at(grid, 0, 8)).toEqual([183, 183, 183]);
    expect(at(grid, 8, 8)).toEqual([255, 255, 255]);
  });

  it('zooms small images to 64 pixels at least, and large ones not at all', () => {
    expect([wholeZoom(28, 28), wholeZoom(32, 32), wholeZoom(64, 48), wholeZoom(63, 10), wholeZoom(8, 8), wholeZoom(300, 200)]).toEqual([3, 2, 1, 2, 8, 1]);
  });

  it('lowers its own zoom where the sheet would pass 64 megapixels', async () => {
    const many: Images = { data: new Uint8Array(12_000 * 28 * 28), shape: [12_000, 28, 28, 1] };
    const grid = await imageGrid(many, { gap: 0 });
    expect(grid.width).toBe(110 * 28 * 2);
  });

  it('has no image to show, and says so by an empty sheet', async () => {
    const grid = await imageGrid({ data: new Uint8Array(), shape: [0, 4, 4, 1] });
    expect(grid.data.every((value) => value === 255)).toBe(true);
  });

  it('writes captions below their images: ink under the image that has one, none under the other', async () => {
    const strip = await imageStrip(flat(2, 28, 1), { captions: ['W', ''] });
    const inkIn = (left: number) => {
      let dark = 0;
      for (let y = 4 + 84; y < strip.height; y++) for (let x = left; x < left + 84; x++) if (at(strip, x, y)[0] < 128) dark++;
      return dark;
    };
    expect(inkIn(4)).toBeGreaterThan(20);
    expect(inkIn(4 + 88)).toBe(0);
    expect(at(strip, 10, 10)).toEqual([10, 10, 10]);
  });

  it('refuses shapes that lie and zooms that are not whole', async () => {
    await expect(imageGrid({ data: new Uint8Array(3), shape: [1, 2, 2, 1] })).rejects.toThrow(/3 bytes/);
    await expect(imageGrid({ data: new Uint8Array(8), shape: [1, 2, 2, 2] })).rejects.toThrow(/2 channels/);
    await expect(imageGrid(flat(1, 2, 1), { scale: 1.5 })).rejects.toThrow(/1.5/);
  });
});

describe('reconstructionGrid', () => {
  it('has each original above its own reconstruction, band by band', async () => {
    const originals = flat(3, 2, 1);
    const reconstructions: Images = { data: originals.data.map((value) => value + 100), shape: originals.shape };
    const grid = await reconstructionGrid(originals, reconstructions, { columns: 2, gap: 0, scale: 1 });
    expect([at(grid, 0, 0), at(grid, 2, 0)]).toEqual([[10], [20]]);
    expect([at(grid, 0, 2), at(grid, 2, 2)]).toEqual([[110], [120]]);
    expect([at(grid, 0, grid.height - 4), at(grid, 0, grid.height - 1)]).toEqual([[30], [130]]);
    await expect(reconstructionGrid(originals, flat(2, 2, 1))).rejects.toThrow(/differ/);
  });
});
