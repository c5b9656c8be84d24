/** @file genoise import, genoise datasets. */

import type { DatasetInfo } from '../../../preload/contract/datasets';
import { importDataset, listDatasets, type ImportOptions, type ViewOptions } from '../../lab/datasets';
import { writePreview } from '../../lab/pictures';
import { formatBytes, formatNumber, wordError, type Language } from '../../lab/words';
import { oneOf, sizeFromText, whole, type Context, type Outcome, type Program } from '../command';
import { changeSettings, readSettings } from '../../platform/settings';
import { facts, table } from '../tables';

export function addDatasetCommands({ command, run, t }: Program): void {
  command('import <path>')
    .option('--name <name>', t('option.name'))
    .option('--keep <how>', t('option.keep'), oneOf('--keep', ['copy', 'link'] as const))
    .action((path: string, { name, keep }: Pick<ImportOptions, 'name' | 'keep'>) => run((context) => importPath(context, { path, name, keep })));
  command('datasets').action(() => run((context) => Promise.resolve(datasets(context))));
  command('preview <dataset>')
    .requiredOption('--out <file>', t('option.outPng'))
    .option('--n <count>', t('option.n'), whole('--n', 1, 10_000), 64)
    .option('--size <pixels>', t('option.size'), sizeFromText)
    .option('--channels <count>', t('option.channels'), oneOf('--channels', ['1', '3'] as const))
    .option('--fit <how>', t('option.fit'), oneOf('--fit', ['crop', 'pad', 'stretch'] as const))
    .action((dataset: string, { channels, ...words }: Omit<ViewOptions, 'channels'> & { out: string; n: number; channels?: '1' | '3' }) =>
      run((context) => preview(context, dataset, { ...words, channels: channels === undefined ? undefined : channels === '1' ? 1 : 3 })),
    );
}

/** A dataset as scripts get it; reasons of what was skipped are in words. */
export function datasetJson(info: DatasetInfo, language: Language) {
  const { name, count, hash, labels, splits, skipped, sizes, channels, bytes, reader, importedAt, keep, source } = info;
  const reasons = skipped.map(({ path, reason }) => ({ path, reason: wordError(reason, language).message, code: reason.code }));
  return { name, count, hash, labels, splits, skipped: reasons, sizes, channels, bytes, reader, importedAt, keep, source };
}

/** At most this many skipped items are told to a person; --json tells all. */
const skippedTold = 20;

/** What was asked for, else what was answered once, else the answer now; copies where nobody can be asked. */
async function keepOf({ lab, ask, t }: Context): Promise<ImportOptions['keep']> {
  const known = (await readSettings(lab.home)).keepOriginals;
  if (known || !ask) return known;
  const keep = /^l/i.test((await ask(`${t('import.ask')} `)).trim()) ? 'link' : 'copy';
  await changeSettings(lab.home, { keepOriginals: keep });
  return keep;
}

async function importPath(context: Context, options: ImportOptions): Promise<Outcome> {
  const { lab, work, language, t } = context;
  const info = await importDataset(lab, { ...options, keep: options.keep ?? (await keepOf(context)) }, work);
  const lines = [
    facts([
      [t('column.dataset'), info.name],
      [t('column.images'), formatNumber(info.count, language)],
      [t('column.splits'), splitWords(info, language)],
      [t('column.labels'), info.labels.length > 0 ? labelWords(info.labels, t('none')) : t('none')],
      [t('column.size'), sizeWords(info)],
      [t('column.bytes'), formatBytes(info.bytes, language)],
    ]),
  ];
  if (info.skipped.length > 0) {
    lines.push('', t('import.skipped', { count: info.skipped.length }));
    for (const { path, reason } of info.skipped.slice(0, skippedTold)) lines.push(`  ${path}: ${wordError(reason, language).message}`);
    if (info.skipped.length > skippedTold) lines.push(`  ${t('import.skippedMore', { count: info.skipped.length - skippedTold })}`);
  }
  lines.push('', t('import.next', { name: info.name }));
  return { json: datasetJson(info, language), text: lines.join('\n') };
}

async function preview({ lab, work, t }: Context, dataset: string, options: ViewOptions & { out: string; n: number }): Promise<Outcome> {
  const result = await writePreview(lab, dataset, options, work);
  return { json: result, text: t('written', { path: result.path, shape: result.shape.join(' x ') }) };
}

function datasets({ lab, language, t }: Context): Outcome {
  const known = listDatasets(lab);
  const headers = [t('column.dataset'), t('column.images'), t('column.splits'), t('column.labels'), t('column.size'), t('column.bytes')];
  const rows = known.map((info) => [
    info.name,
    formatNumber(info.count, language),
    splitWords(info, language),
    formatNumber(info.labels.length, language),
    sizeWords(info),
    formatBytes(info.bytes, language),
  ]);
  const json = known.map((info) => datasetJson(info, language));
  return { json, text: known.length > 0 ? table(headers, rows, [1, 3, 5]) : t('datasets.none') };
}

function splitWords({ splits }: DatasetInfo, language: Language): string {
  return Object.entries(splits)
    .map(([split, count]) => `${split} ${formatNumber(count, language)}`)
    .join(', ');
}

/** Height x width, as arrays count. */
function sizeWords({ sizes, channels }: DatasetInfo): string {
  const side = (size: readonly [number, number]) => `${size[0]}x${size[1]}`;
  return `${sizes.common ? side(sizes.common) : `${side(sizes.min)} – ${side(sizes.max)}`}x${channels}`;
}

const labelsTold = 12;

function labelWords(labels: readonly string[], none: string): string {
  if (labels.length === 0) return none;
  return labels.length > labelsTold ? `${labels.slice(0, labelsTold).join(', ')}, … (${labels.length})` : labels.join(', ');
}
