/** @file Curves of a run as a picture of its own: charts below each other, their words as outlines. */

import { chartContent, type WriteText } from './curves';
import type { Stamp } from './png';
import type { Curve } from './report';
import { svgDocument } from './svg';
import { fitText, textSvg, wrapText } from './typeface';
import type { Wording } from './wording';

/** In units of the layout. */
const chart = { width: 640, height: 280 };
const edge = 20;
const titleHeight = 48;
const ink = '#1b1f24';
const quiet = '#5b6470';
/** Where two columns begin. */
const mostInColumn = 3;

const outlined: WriteText = (text, { x, y, anchor, name, upright }) => textSvg(text, { x, y, size: 12, fill: name ? ink : quiet, anchor, upright });

const style = `<style>.grid{stroke:#e6e9ed;fill:none}.axis{stroke:#c4cad1;fill:none}.line{fill:none;stroke-width:1.5;stroke-linejoin:round}</style>`;

export interface ChartSheet {
  width: number;
  height: number;
  /** What stands in the picture. */
  svg: string;
  /** The picture as a file. */
  document(stamp: Stamp): string;
}

/** A chart for each curve, its title and how it was computed above it. Without curves an empty chart. */
export function chartSheet(curves: readonly Curve[], wording: Wording): ChartSheet {
  const xLabel = wording.say('report.step');
  const shown: readonly Curve[] = curves.length > 0 ? curves : [{ title: '', how: '', series: [] }];
  const columns = shown.length > mostInColumn ? 2 : 1;
  const rows = Math.ceil(shown.length / columns);
  const width = 2 * edge + columns * chart.width + (columns - 1) * edge;
  const height = 2 * edge + rows * (chart.height + titleHeight);
  const parts = shown.map(({ title, how, yLabel, logY, series }, i) => {
    const left = edge + (i % columns) * (chart.width + edge);
    const top = edge + Math.floor(i / columns) * (chart.height + titleHeight);
    const words = [
      textSvg(fitText(title, 15, chart.width, 'bold'), { x: 0, y: 14, size: 15, fill: ink, weight: 'bold' }),
      textSvg(wrapText(how, 12, chart.width)[0] ?? '', { x: 0, y: 34, size: 12, fill: quiet }),
    ];
    const content = chartContent(series, { ...chart, title, xLabel, yLabel, logY }, wording, outlined);
    return `<g transform="translate(${left} ${top})">${words.join('')}<g transform="translate(0 ${titleHeight})">${content}</g></g>`;
  });
  const svg = style + parts.join('');
  return { width, height, svg, document: (stamp) => svgDocument(svg, width, height, stamp) };
}
