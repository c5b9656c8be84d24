/** @file A network as a picture: blocks with their sizes, what flows between them, and what the colours mean; its words as outlines. */

import { kindColours, sizeText, type BlockKind, type Network, type NetworkLayout } from '../../preload/contract/network';
import { categorical } from './marks';
import type { Stamp } from './png';
import { svgDocument } from './svg';
import { fitText, textSvg, textWidth, wrapText } from './typeface';
import { number, type Wording } from './wording';

const ink = '#1b1f24';
const quiet = '#5b6470';
const lineColours = { flow: '#3a4149', skip: '#6f7a86', condition: '#b4bcc5' } as const;
const edge = 24;
const head = 58;
const foot = 40;

export interface NetworkSheet {
  /** In units of the layout. */
  width: number;
  height: number;
  svg: string;
  /** The picture as a file. */
  document(stamp: Stamp): string;
}

const rgb = ([r, g, b]: readonly [number, number, number]): string => `rgb(${r},${g},${b})`;
const colourOf = (kind: BlockKind): string => {
  const place = kindColours[kind];
  return place === undefined ? '#8a939d' : rgb(categorical[place % categorical.length]);
};

export function networkSheet(network: Network, layout: NetworkLayout, title: string, wording: Wording): NetworkSheet {
  const kinds = [...new Set(network.blocks.map(({ kind }) => kind))].filter((kind) => kindColours[kind] !== undefined);
  let legendWidth = edge;
  const legend = kinds.map((kind) => {
    const text = wording.say(`network.${kind}`);
    const x = legendWidth;
    legendWidth += 18 + textWidth(text, 12) + 22;
    return { kind, text, x };
  });
  const total = wording.say('network.total', { parameters: number(wording, network.parameters), cost: number(wording, network.multiplyAdds) });
  const width = Math.max(layout.width, Math.ceil(legendWidth), Math.ceil(2 * edge + textWidth(total, 12)), 320);
  const height = head + layout.height + foot;
  const byId = new Map(network.blocks.map((block) => [block.id, block]));
  const lines = layout.lines.map(({ kind, path }) => `<path d="${path}" fill="none" stroke="${lineColours[kind]}" stroke-width="${kind === 'condition' ? 1.1 : 1.4}"/>`);
  const boxes = layout.boxes.map((box) => {
    const { kind, name, size } = byId.get(box.id)!;
    const colour = colourOf(kind);
    return [
      `<rect x="${box.x}" y="${box.y}" width="${box.width}" height="${box.height}" rx="3" fill="#fff"/><rect x="${box.x}" y="${box.y}" width="${box.width}" height="${box.height}" rx="3" fill="${colour}" fill-opacity="0.3" stroke="${colour}" stroke-width="1.5"/>`,
      textSvg(fitText(name, 11, box.labelWidth), { x: box.labelX, y: box.labelY, size: 11, fill: ink, anchor: 'middle' }),
      textSvg(sizeText(size), { x: box.labelX, y: box.labelY + 14, size: 10, fill: quiet, anchor: 'middle' }),
    ].join('');
  });
  const words = [
    textSvg(wrapText(title, 16, width - 2 * edge, 'bold')[0] ?? '', { x: edge, y: 28, size: 16, fill: ink, weight: 'bold' }),
    textSvg(total, { x: edge, y: 48, size: 12, fill: quiet }),
    ...legend.map(({ kind, text, x }) => `<rect x="${x}" y="${height - 27}" width="12" height="12" rx="2" fill="${colourOf(kind)}" fill-opacity="0.3" stroke="${colourOf(kind)}" stroke-width="1.5"/>${textSvg(text, { x: x + 18, y: height - 17, size: 12, fill: ink })}`),
  ];
  const svg = `${words.join('')}<g transform="translate(${Math.round((width - layout.width) / 2)} ${head})">${lines.join('')}${boxes.join('')}</g>`;
  return { width, height, svg, document: (stamp) => svgDocument(svg, width, height, stamp) };
}
