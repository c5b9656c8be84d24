/** @file genoise train, resume, runs, fork, rename, delete, restore, pin. */

import { errorKinds, type ExitCode } from '../../../preload/contract/errors';
import type { TrainResult } from '../../../preload/contract/training';
import { configFromText, findMethod, methodForm } from '../../lab/methods';
import { metricTitle } from '../../lab/metric-curves';
import { deleteRun, diskOf, fork, note, pinCheckpoint, rename, restore, resume, runOf, runsOf, train, trashOfRuns, type Limits, type Stored } from '../../lab/runs';
import { renameDataset, type ViewOptions } from '../../lab/datasets';
import { formatBytes, formatNumber, formatSeconds, wordError, type Language } from '../../lab/words';
import { collect, oneOf, positive, seed, sizeFromText, whole, type Context, type Outcome, type Program } from '../command';
import { facts, table } from '../tables';
import { datasetJson } from './datasets';

interface TrainWords extends Limits {
  method: string;
  data: string;
  run: string;
  set?: string[];
  seed: number;
  size?: ViewOptions['size'];
  channels?: '1' | '3';
  fit?: ViewOptions['fit'];
}

export function addRunCommands({ command, run, t }: Program): void {
  command('train')
    .requiredOption('--method <id>', t('option.method'))
    .requiredOption('--data <dataset>', t('option.data'))
    .requiredOption('--run <name>', t('option.run'))
    .option('--steps <count>', t('option.steps'), whole('--steps', 1))
    .option('--minutes <minutes>', t('option.minutes'), positive('--minutes'))
    .option('--set <key=value>', t('option.set'), collect)
    .option('--seed <seed>', t('option.seed'), seed, 0)
    .option('--size <pixels>', t('option.size'), sizeFromText)
    .option('--channels <count>', t('option.channels'), oneOf('--channels', ['1', '3'] as const))
    .option('--fit <how>', t('option.fit'), oneOf('--fit', ['crop', 'pad', 'stretch'] as const))
    .action((words: TrainWords) => run((context) => trainRun(context, words)));
  command('resume <run>')
    .option('--steps <count>', t('option.stepsTotal'), whole('--steps', 1))
    .option('--minutes <minutes>', t('option.minutesTotal'), positive('--minutes'))
    .action((name: string, limits: Limits) =>
      run(async (context) => trained(context, name, () => resume(context.lab, name, { ...limits, device: context.device }, context.work))),
    );
  command('runs').action(() => run(runs));
  command('fork <run> <new>')
    .option('--step <step>', t('option.step'), whole('--step', 0))
    .action((from: string, name: string, { step }: { step?: number }) => run((context) => forkTo(context, from, name, step)));
  command('rename <name> <new>')
    .option('--dataset', t('option.ofDataset'))
    .action((name: string, to: string, { dataset = false }: { dataset?: boolean }) => run((context) => renameTo(context, name, to, dataset)));
  command('delete <run>').action((name: string) => run((context) => remove(context, name)));
  command('restore [run]')
    .option('--as <name>', t('option.as'))
    .action((name: string | undefined, { as }: { as?: string }) => run((context) => (name === undefined ? trash(context) : putBack(context, name, as))));
  command('pin <run>')
    .option('--step <step>', t('option.pinStep'), whole('--step', 0))
    .option('--off', t('option.off'))
    .action((name: string, { step, off = false }: { step?: number; off?: boolean }) => run((context) => pinRun(context, name, !off, step)));
}

function trainRun(context: Context, { method, data, run, set, size, channels, fit, seed: chosen, steps, minutes }: TrainWords): Promise<Outcome> {
  const { lab, work, device } = context;
  const view: ViewOptions = { size, channels: channels === undefined ? undefined : channels === '1' ? 1 : 3, fit };
  const config = configFromText(findMethod(method).id, set ?? []);
  return trained(context, run, () => train(lab, { method, config, dataset: data, run, seed: chosen, steps, minutes, view, device }, work));
}

const exits: Record<TrainResult['status'], ExitCode | 0> = { completed: 0, stopped: 0, cancelled: 130, failed: 4 };

async function trained(context: Context, run: string, work: () => Promise<TrainResult>): Promise<Outcome> {
  const { language, t } = context;
  const result = await work();
  if (result.fallback) context.message(t('train.fallback', { from: result.fallback.from, to: result.device, reason: result.fallback.reason }));
  const error = result.error && wordError(result.error, language);
  const { metrics } = methodForm((await runOf(context.lab, run)).method, language);
  const lines = [
    facts([
      [t('column.run'), run],
      [t('column.status'), t(`status.${result.status}`)],
      [t('column.steps'), formatNumber(result.steps, language)],
      [t('column.time'), formatSeconds(result.seconds, language)],
      [t('column.device'), result.device],
      ...Object.entries(result.metrics).map(([name, value]) => [metricTitle(name, metrics, language), formatNumber(value, language, { maximumSignificantDigits: 5 })] as const),
    ]),
  ];
  if (error) lines.push('', error.message, ...[error.got, error.hint].filter(Boolean).map((line) => `  ${line}`));
  else if (result.status === 'cancelled') lines.push('', t('train.cancelled', { run }));
  else lines.push('', t('train.next', { run }));
  const missing = result.error && errorKinds[result.error.code].exit === 5;
  return { json: error ? { ...result, error } : result, text: lines.join('\n'), exit: result.status === 'failed' && missing ? 5 : exits[result.status] };
}

async function runs({ lab, language, t }: Context): Promise<Outcome> {
  const { runs: known, broken } = await runsOf(lab);
  const headers = [t('column.run'), t('column.method'), t('column.dataset'), t('column.status'), t('column.steps'), t('column.time'), t('column.device'), t('column.checkpoints'), t('column.snapshots')];
  const disks = await Promise.all(known.map((info) => diskOf(lab, info.name)));
  const rows = known.map((info, i) => [
    info.name,
    info.method,
    info.dataset.name,
    t(`status.${info.status}`),
    formatNumber(info.steps, language),
    formatSeconds(info.seconds, language),
    info.device,
    stored(disks[i].checkpoints, language),
    stored(disks[i].snapshots, language),
  ]);
  const lines = [known.length > 0 ? table(headers, rows, [4, 5, 7, 8]) : t('runs.none')];
  for (const { name, reason } of broken) lines.push(`${name}: ${wordError(reason, language).message} (${wordError(reason, language).got})`);
  const json = [...known.map((info, i) => ({ ...info, disk: disks[i] })), ...broken.map(({ name, reason }) => ({ name, status: 'broken', reason: wordError(reason, language) }))];
  return { json, text: lines.join('\n') };
}

/** '40 (18 MB)' */
const stored = ({ count, bytes }: Stored, language: Language): string => (count === 0 ? '0' : `${formatNumber(count, language)} (${formatBytes(bytes, language)})`);

async function forkTo({ lab, language, t }: Context, from: string, name: string, step?: number): Promise<Outcome> {
  const info = await fork(lab, from, name, step);
  return { json: info, text: t('fork.done', { from, name, step: formatNumber(info.steps, language) }) };
}

/** A run, or a dataset: runs that were made of it follow. */
async function renameTo({ lab, t, language }: Context, name: string, to: string, dataset: boolean): Promise<Outcome> {
  const json = dataset ? datasetJson(await renameDataset(lab, name, to), language) : await rename(lab, name, to);
  return { json, text: t('rename.done', { name, to }) };
}

async function remove({ lab, t }: Context, run: string): Promise<Outcome> {
  const { path: movedTo } = await deleteRun(lab, run);
  return { json: { run, movedTo }, text: t('delete.done', { run, path: movedTo }) };
}

/** What `restore` can take back. */
async function trash({ lab, language, t }: Context): Promise<Outcome> {
  const removed = await trashOfRuns(lab);
  const date = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' });
  const text = removed.length > 0 ? table([t('column.run'), t('restore.removed')], removed.map(({ name, removedAt }) => [name, date.format(new Date(removedAt))])) : t('restore.none');
  return { json: removed, text };
}

async function putBack({ lab, t }: Context, name: string, as?: string): Promise<Outcome> {
  const info = await restore(lab, name, as);
  return { json: info, text: t('restore.done', { run: info.name }) };
}

/** The run in the library, or one of its checkpoints. */
async function pinRun({ lab, language, t }: Context, run: string, pinned: boolean, step?: number): Promise<Outcome> {
  const info = step === undefined ? await note(lab, run, { pinned }) : await pinCheckpoint(lab, run, step, pinned);
  const how = pinned ? 'on' : 'off';
  return { json: info, text: step === undefined ? t(`pin.run.${how}`, { run }) : t(`pin.step.${how}`, { run, step: formatNumber(step, language) }) };
}
