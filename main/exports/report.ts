/** @file A report of runs: one HTML page without scripts or network, everything inside it, in the reader's language and theme. */

import type { RunInfo } from '../../preload/contract/runs';
import { lineChart, type Series } from './curves';
import { reportStyle } from './report-style';
import { escapeXml as escape } from './typeface';
import { duration, number, type Wording } from './wording';

export interface Figure {
  title: string;
  /** How it was computed, and from how many samples. */
  how: string;
  /** What a reader who does not see it is told; the title when absent. */
  alt?: string;
  media: { bytes: Uint8Array; type: 'image/png' | 'image/gif' | 'image/webp' }[];
  /** Sheets of images keep their own size, pixel by pixel (wide ones scroll); maps and drawings are fitted to the page. */
  pixelated?: boolean;
}

export interface Measure {
  label: string;
  value: number;
  unit?: string;
  how: string;
}

export interface Curve {
  title: string;
  how: string;
  yLabel?: string;
  logY?: boolean;
  /** x: training steps. */
  series: readonly Series[];
}

export interface Setting {
  label: string;
  help: string;
  value: string | number | boolean;
  isDefault: boolean;
}

export interface RunReport {
  run: RunInfo;
  method: { title: string; summary: string; paper: string };
  dataset: { count: number; labels: number; splits: { train: number; test: number } };
  /** As the run sees them. */
  images: { height: number; width: number; channels: number };
  settings: readonly Setting[];
  figures: readonly Figure[];
  measures: readonly Measure[];
  curves: readonly Curve[];
  /** The device asked for and why it was not used. */
  fallback?: { asked: string; reason: string };
  /** Of a failed run, worded. */
  failure?: { message: string; hint: string };
}

export interface Report {
  title: string;
  lead?: string;
  runs: readonly RunReport[];
  /** ISO 8601. */
  madeAt: string;
  version: string;
}

/** The page, UTF-8. Names, labels and texts may hold anything: they come out as text. */
export function htmlReport(report: Report, wording: Wording): string {
  const { title, lead, runs } = report;
  const made = wording.say('report.made', { version: report.version, date: dateOf(report.madeAt, wording) });
  return `<!doctype html>
<html lang="${escape(wording.language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>${escape(title)}</title>
<style>${reportStyle}</style>
</head>
<body>
<main>
<header>
<h1>${escape(title)}</h1>
${lead ? `<p class="lead">${escape(lead)}</p>` : ''}
${runs.length > 1 ? contents(runs, wording) : ''}
</header>
${runs.map((run, i) => article(run, i, wording)).join('\n')}
<footer>${escape(made)}</footer>
</main>
</body>
</html>
`;
}

function contents(runs: readonly RunReport[], wording: Wording): string {
  const links = runs.map(({ run, method }, i) => `<a href="#run-${i}">${escape(run.name)}</a> (${escape(method.title)})`);
  return `<nav aria-label="${escape(wording.say('report.contents'))}"><p>${links.join(' · ')}</p></nav>`;
}

function article(report: RunReport, place: number, wording: Wording): string {
  const { run, method, failure } = report;
  const say = (key: string) => escape(wording.say(`report.${key}`));
  return `<article id="run-${place}">
<h2>${escape(run.name)}<span class="status ${run.status}">${say(`status.${run.status}`)}</span></h2>
<p><strong>${escape(method.title)}.</strong> <span class="quiet">${escape(method.summary)}</span></p>
${failure ? `<div class="failure"><strong>${escape(failure.message)}</strong><br>${escape(failure.hint)}</div>` : ''}
${facts(report, wording)}
${section(say('figures'), report.figures.map(figure).join('\n'))}
${section(say('measures'), measures(report.measures, wording))}
${section(say('curves'), curves(report.curves, wording))}
${section(say('settings'), settings(report.settings, wording))}
${section(say('origin'), origin(report, wording))}
</article>`;
}

const section = (title: string, content: string) => (content ? `<section><h3>${title}</h3>\n${content}</section>` : '');

function facts({ run, dataset, images, fallback }: RunReport, wording: Wording): string {
  const { say } = wording;
  const count = (value: number) => number(wording, value);
  const colour = say(images.channels === 1 ? 'report.grey' : 'report.rgb');
  const seen = say('report.images', { count: dataset.count, height: images.height, width: images.width, colour });
  const split = say('report.split', { train: dataset.splits.train, test: dataset.splits.test });
  const device = fallback ? say('report.deviceFallback', { device: run.device, asked: fallback.asked, reason: fallback.reason }) : run.device;
  const rows: [string, string, string?][] = [
    ['trainedOn', run.dataset.name, [seen, split, ...(dataset.labels > 0 ? [say('report.classes', { count: dataset.labels })] : [])].join('; ')],
    ['device', device],
    ['seed', String(run.seed)],
    ['steps', count(run.steps)],
    ['time', duration(wording, run.seconds)],
    ...(run.parameters === undefined ? [] : [['parameters', count(run.parameters)] satisfies [string, string]]),
  ];
  return `<dl class="facts">${rows.map(([key, value, note]) => `<div${note ? ' class="wide"' : ''}><dt>${escape(say(`report.${key}`))}</dt><dd>${escape(value)}${note ? `<small>${escape(note)}</small>` : ''}</dd></div>`).join('')}</dl>`;
}

function figure({ title, how, alt, media, pixelated }: Figure): string {
  const images = media.map(({ bytes, type }) => `<img${pixelated ? ' class="pixels"' : ''} alt="${escape(alt ?? title)}" src="data:${type};base64,${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')}">`);
  return `<figure><div class="paper">${images.join('\n')}</div><figcaption><strong>${escape(title)}</strong><span class="how">${escape(how)}</span></figcaption></figure>`;
}

function curves(all: readonly Curve[], wording: Wording): string {
  if (all.length === 0) return '';
  const drawn = all.map(({ title, how, yLabel, logY, series }) => {
    const chart = lineChart(series, { title, xLabel: wording.say('report.step'), yLabel, logY }, wording);
    return `<figure>${chart}<figcaption><strong>${escape(title)}</strong><span class="how">${escape(how)}</span></figcaption></figure>`;
  });
  return `<div class="curves">${drawn.join('\n')}</div>`;
}

function measures(all: readonly Measure[], wording: Wording): string {
  const rows = all.map(({ label, value, unit, how }) => [cell('label', label), cell('value', `${number(wording, value)}${unit ? ` ${unit}` : ''}`), cell('how', how)]);
  return table(['measure', 'value', 'how'], rows, wording);
}

function settings(all: readonly Setting[], wording: Wording): string {
  const rows = all.map(({ label, help, value, isDefault }) => {
    const shown = typeof value === 'number' ? number(wording, value) : typeof value === 'boolean' ? wording.say(`report.${String(value)}`) : value;
    const changed = isDefault ? '' : `<small>${escape(wording.say('report.changed'))}</small>`;
    return [cell('label', label), `<td class="value">${escape(shown)}${changed}</td>`, cell('how', help)];
  });
  return table(['setting', 'value', 'help'], rows, wording);
}

const cell = (kind: string, text: string) => `<td class="${kind}">${escape(text)}</td>`;

function table(heads: readonly string[], rows: readonly string[][], wording: Wording): string {
  if (rows.length === 0) return '';
  const head = heads.map((key) => `<th scope="col">${escape(wording.say(`report.${key}`))}</th>`).join('');
  return `<div class="table"><table><thead><tr>${head}</tr></thead><tbody>${rows.map((cells) => `<tr>${cells.join('')}</tr>`).join('\n')}</tbody></table></div>`;
}

function origin({ run, method }: RunReport, wording: Wording): string {
  const { versions, parent } = run;
  const rows: [string, string][] = [
    ['paper', linked(method.paper)],
    ['created', escape(dateOf(run.createdAt, wording))],
    ['hash', escape(run.dataset.hash)],
    ['versions', escape(`Genoise ${versions.genoise}, ONNX Runtime ${versions.onnxruntime}, Node ${versions.node}`)],
    ...(parent ? [['parent', escape(wording.say('report.parentAt', { run: parent.run, step: parent.step }))] satisfies [string, string]] : []),
  ];
  return `<dl class="origin">${rows.map(([key, value]) => `<dt>${escape(wording.say(`report.${key}`))}</dt><dd>${value}</dd>`).join('')}</dl>`;
}

/** Web addresses become links; nothing is fetched until the reader follows one. */
function linked(text: string): string {
  return text
    .split(/(https?:\/\/[^\s<>"'()]*[^\s<>"'().,;])/)
    .map((part, i) => (i % 2 === 1 ? `<a href="${escape(part)}" rel="noreferrer">${escape(part)}</a>` : escape(part)))
    .join('');
}

function dateOf(iso: string, { language }: Wording): string {
  return new Intl.DateTimeFormat(language, { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC', hour12: false }).format(new Date(iso)) + ' UTC';
}
