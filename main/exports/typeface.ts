/** @file The one typeface of exported pictures (Inter), as SVG outlines: the same picture on every machine, with or without system fonts. */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Font, Path, parse as Parse } from 'opentype.js';

const load = createRequire(import.meta.url);

export type Weight = 'regular' | 'bold';
const fileWeights = { regular: 400, bold: 600 } as const;

/** Scripts that the typeface covers, the commonest first; each file is read when a text first needs it. */
const subsets = ['latin', 'latin-ext', 'greek', 'cyrillic', 'vietnamese', 'greek-ext', 'cyrillic-ext'] as const;

const fonts = new Map<string, Font>();

function font(subset: string, weight: Weight): Font {
  const file = `@fontsource/inter/files/inter-${subset}-${fileWeights[weight]}-normal.woff`;
  const known = fonts.get(file);
  if (known) return known;
  // opentype.js is CommonJS whose names Node's ESM loader does not see.
  const { parse } = load('opentype.js') as { parse: typeof Parse };
  const bytes = readFileSync(load.resolve(file));
  const parsed = parse(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  fonts.set(file, parsed);
  return parsed;
}

/** A character in the typeface, or one that it lacks, which is left to the machine's own fonts. */
interface Placed {
  x: number;
  char: string;
  font: Font | null;
  /** Size and depth below the baseline, as shares of the em. */
  scale: number;
  drop: number;
}

/** The typeface lacks most of them, and pictures name x\u2080, x\u209c and 10\u207b\u2074: drawn as small letters, lowered or raised. */
const raised = new Map<string, { char: string; drop: number }>([
  ...Array.from('\u2080\u2081\u2082\u2083\u2084\u2085\u2086\u2087\u2088\u2089\u209c', (letter, i) => [letter, { char: '0123456789t'[i], drop: 0.16 }] as const),
  ...Array.from('\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079\u207b', (letter, i) => [letter, { char: '0123456789\u2212'[i], drop: -0.36 }] as const),
]);

function fontOf(char: string, weight: Weight): Font | null {
  // More than one code point (an emoji of several, a letter with a mark that no code point holds) is beyond glyph by glyph.
  if (char.length > String.fromCodePoint(char.codePointAt(0) ?? 0).length) return null;
  for (const subset of subsets) {
    const candidate = font(subset, weight);
    if (candidate.charToGlyphIndex(char) > 0) return candidate;
  }
  return null;
}

const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' });

/** What a reader takes for one letter each; spaces of every width and control characters become a plain space. */
function lettersOf(text: string): string[] {
  return Array.from(segmenter.segment(text.normalize('NFC').replace(/[\s\p{Cc}]/gu, ' ')), ({ segment }) => segment);
}

/** No glyph: an em, about what the scripts outside the typeface take. */
const unknownAdvance = 1;

function layOut(text: string, size: number, weight: Weight): { placed: Placed[]; width: number } {
  const placed: Placed[] = [];
  let x = 0;
  for (const letter of lettersOf(text)) {
    const { char, drop } = raised.get(letter) ?? { char: letter, drop: 0 };
    const scale = drop === 0 ? 1 : 0.65;
    const found = fontOf(char, weight);
    placed.push({ x, char, font: found, scale, drop });
    x += found ? ((found.charToGlyph(char).advanceWidth ?? 0) / found.unitsPerEm) * size * scale : unknownAdvance * size;
  }
  return { placed, width: x };
}

/** Width of a line of text in pixels. `size` is the em, in pixels. */
export function textWidth(text: string, size: number, weight: Weight = 'regular'): number {
  return layOut(text, size, weight).width;
}

/** `text`, cut with an ellipsis where it would be wider than `width` pixels. */
export function fitText(text: string, size: number, width: number, weight: Weight = 'regular'): string {
  if (textWidth(text, size, weight) <= width) return text;
  const letters = lettersOf(text);
  while (letters.length > 0 && textWidth(`${letters.join('').trimEnd()}…`, size, weight) > width) letters.pop();
  return letters.length > 0 ? `${letters.join('').trimEnd()}…` : '';
}

/** Lines of at most `width` pixels, broken at spaces; a word that is longer is cut. */
export function wrapText(text: string, size: number, width: number, weight: Weight = 'regular'): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const joined = lines.length > 0 ? `${lines[lines.length - 1]} ${word}` : word;
    if (lines.length > 0 && textWidth(joined, size, weight) <= width) lines[lines.length - 1] = joined;
    else lines.push(fitText(word, size, width, weight));
  }
  return lines;
}

/** Height of a capital letter, as a share of the em: what centres a line on a height. */
export const capHeight = 0.727;

export interface TextPlace {
  /** Where the line starts, has its middle or ends. */
  x: number;
  /** The baseline. */
  y: number;
  size: number;
  fill: string;
  weight?: Weight;
  anchor?: 'start' | 'middle' | 'end';
  /** A quarter turn to the left, about (x, y), for vertical axes. */
  upright?: boolean;
}

/** One line of text as SVG: outlines for what the typeface covers, <text> in the machine's fonts for the rest. */
export function textSvg(text: string, place: TextPlace): string {
  const weight = place.weight ?? 'regular';
  const { placed, width } = layOut(text, place.size, weight);
  const shift = { start: 0, middle: -width / 2, end: -width }[place.anchor ?? 'start'];
  const outlines = placed
    .filter(({ font }) => font)
    .map(({ x, char, font, scale, drop }) => (font ? outline(font.charToGlyph(char).getPath(x + shift, drop * place.size, place.size * scale)) : ''))
    .join('');
  const rest = foreignRuns(placed)
    .map(({ x, text }) => `<text x="${round(x + shift)}" y="0" font-size="${place.size}" font-family="sans-serif">${escapeXml(text)}</text>`)
    .join('');
  const turn = place.upright ? ' rotate(-90)' : '';
  return `<g fill="${place.fill}" transform="translate(${round(place.x)} ${round(place.y)})${turn}"><path d="${outlines}"/>${rest}</g>`;
}

/** Not by the path's own toPathData: it joins a number that rounds to -0 to the one before. */
function outline(path: Path): string {
  return path.commands
    .map((command) => {
      switch (command.type) {
        case 'Z':
          return 'Z';
        case 'Q':
          return `Q${[command.x1, command.y1, command.x, command.y].map(round).join(' ')}`;
        case 'C':
          return `C${[command.x1, command.y1, command.x2, command.y2, command.x, command.y].map(round).join(' ')}`;
        default:
          return `${command.type}${round(command.x)} ${round(command.y)}`;
      }
    })
    .join('');
}

function foreignRuns(placed: Placed[]): { x: number; text: string }[] {
  const runs: { x: number; text: string }[] = [];
  placed.forEach(({ x, char, font }, i) => {
    if (font) return;
    if (i > 0 && !placed[i - 1].font) runs[runs.length - 1].text += char;
    else runs.push({ x, text: char });
  });
  return runs;
}

/** Text for an XML or HTML document, in an element or a quoted attribute. What XML forbids altogether becomes U+FFFD. */
export function escapeXml(text: string): string {
  const named: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  // oxlint-disable-next-line no-control-regex -- these are the characters that XML 1.0 forbids
  return text.replace(/\p{Surrogate}/gu, '\ufffd').replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd').replace(/[&<>"']/g, (char) => named[char]);
}

/** Hundredths of a pixel, short. */
export function round(value: number): string {
  return String(Math.round(value * 100) / 100);
}
