/** @file Colours of data: one for each label, a scale for quantities, a scale around zero. All safe for colour-blind eyes; never a rainbow. */

import { interpolateMagma, interpolateRdBu, interpolateViridis } from 'd3-scale-chromatic';

/** Red, green, blue, 0 to 255. */
export type Rgb = readonly [number, number, number];

/**
 * Sixteen colours a theme, begun with Okabe and Ito's and gone on with whichever is farthest (CIE L*a*b*) from all before it as eyes of full
 * colour, protanopic and deuteranopic eyes see them; each at least 3 to 1 against its ground.
 */
const labelColours = {
  dark: ['#56b4e9', '#e69f00', '#2fc299', '#f0e442', '#d22d3c', '#695ad2', '#965a87', '#c3d287', '#f0c3e1', '#c35a00', '#5a78c3', '#78875a', '#d2964b', '#ff7887', '#b4e15a', '#00a5b4'],
  light: ['#0072b2', '#b06f00', '#00805e', '#4b5ae1', '#96001e', '#870f69', '#c378a5', '#96874b', '#c369e1', '#0f4ba5', '#e15a78', '#a54b1e', '#782d4b', '#9687c3', '#874b3c', '#006987'],
} as const;

/** A place in a dataset's labels -> '#rrggbb'. The same label has the same colour everywhere; after sixteen they come again. */
export function labelColour(label: number, theme: 'dark' | 'light'): string {
  const colours = labelColours[theme];
  return colours[((label % colours.length) + colours.length) % colours.length]!;
}

/** '#rrggbb' or 'rgb(r, g, b)' -> [r, g, b] */
export function rgbOf(colour: string): Rgb {
  if (colour.startsWith('#')) return [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16)) as unknown as Rgb;
  return colour.match(/\d+/g)!.slice(0, 3).map(Number) as unknown as Rgb;
}

/** 0 to 1 -> 'rgb' or '#rrggbb'; what lies outside is held at the ends. */
export const viridis = (share: number): string => interpolateViridis(held(share));
export const magma = (share: number): string => interpolateMagma(held(share));

const held = (share: number): number => Math.min(1, Math.max(0, Number.isNaN(share) ? 0 : share));

/** Value -> colour: `-limit` blue, 0 near white, `+limit` red. */
export const diverging = (value: number, limit: number): string => interpolateRdBu(held(0.5 - value / (2 * limit || 1)));

/** A scale as 256 colours, RGB side by side [256, 3], for drawing many values. */
export function colourTable(scale: (share: number) => string): Uint8Array {
  const table = new Uint8Array(256 * 3);
  for (let at = 0; at < 256; at++) table.set(rgbOf(scale(at / 255)), at * 3);
  return table;
}

/** The diverging scale as 256 colours: 0 is -limit, 255 is +limit. */
export const divergingTable = (): Uint8Array => colourTable((share) => diverging(share * 2 - 1, 1));
