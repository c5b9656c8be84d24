/** @file genoise eval, sample, encode, reconstruct, interpolate. */

import type { Command } from 'commander';
import type { ExportAsked } from '../../../preload/contract/exports';
import { evaluate, type SampleOptions } from '../../lab/models';
import { measuresOf } from '../../lab/report';
import { interpolationSteps } from '../../lab/films';
import { writePicture } from '../../lab/pictures';
import { formatNumber } from '../../lab/words';
import { oneOf, seed, whole, type Context, type Outcome, type Program } from '../command';
import { facts } from '../tables';

/** Where a picture goes and how it is shown. */
interface Shown {
  out: string;
  scale?: number;
  frames?: number;
  /** Milliseconds. */
  delay?: number;
}

export function addModelCommands({ command, run, t }: Program): void {
  const shown = (added: Command): Command =>
    added
      .option('--scale <zoom>', t('option.scale'), whole('--scale', 1, 32))
      .option('--frames <count>', t('option.frames'), whole('--frames', 2, 500))
      .option('--delay <ms>', t('option.delay'), whole('--delay', 20, 5_000));
  const write = (request: ExportAsked, { out, scale, frames, delay: delayMs }: Shown): void =>
    run(async ({ lab, device, language, work, t: words }) => {
      const result = await writePicture(lab, { ...request, device }, { out, language, scale, frames, delayMs }, work);
      return { json: result, text: words('written', { path: result.path, shape: result.shape.join(' x ') }) };
    });
  command('eval <run>').action((name: string) => run((context) => evaluation(context, name)));
  shown(command('sample <run>').requiredOption('--out <file>', t('option.outImages')))
    .option('--n <count>', t('option.n'), whole('--n', 1, 1_000_000), 64)
    .option('--seed <seed>', t('option.seed'), seed, 0)
    .option('--sampler <id>', t('option.sampler'), oneOf('--sampler', ['ddpm', 'ddim'] as const))
    .option('--steps <count>', t('option.samplingSteps'), whole('--steps', 1, 100_000))
    .action((name: string, { out, scale, frames, delay, ...options }: SampleOptions & Shown) => write({ what: 'samples', run: name, ...options }, { out, scale, frames, delay }));
  command('encode <run>')
    .requiredOption('--out <file>', t('option.outNpz'))
    .option('--data <dataset>', t('option.dataOfRun'))
    .action((name: string, { out, data }: { out: string; data?: string }) => write({ what: 'latents', run: name, dataset: data }, { out }));
  command('reconstruct <run>')
    .requiredOption('--out <file>', t('option.outPng'))
    .option('--data <dataset>', t('option.dataOfRun'))
    .option('--n <count>', t('option.n'), whole('--n', 1, 10_000), 32)
    .option('--scale <zoom>', t('option.scale'), whole('--scale', 1, 32))
    .action((name: string, { data, n, ...how }: Shown & { data?: string; n: number }) => write({ what: 'reconstructions', run: name, dataset: data, n, split: 'test' }, how));
  shown(command('interpolate <run>').requiredOption('--out <file>', t('option.outWalk')))
    .requiredOption('--from <index>', t('option.from'), whole('--from', 0))
    .requiredOption('--to <index>', t('option.to'), whole('--to', 0))
    .option('--data <dataset>', t('option.dataOfRun'))
    .option('--method <how>', t('option.interpolation'), oneOf('--method', ['linear', 'slerp'] as const), 'linear')
    .action((name: string, { data, from, to, method, ...how }: Shown & { data?: string; from: number; to: number; method: 'linear' | 'slerp' }) => {
      const place = (index: number) => ({ split: 'test' as const, index });
      write({ what: 'walk', run: name, dataset: data, from: place(from), to: place(to), method, steps: interpolationSteps }, how);
    });
}

async function evaluation({ lab, work, device, language }: Context, run: string): Promise<Outcome> {
  const json = await evaluate(lab, run, { device }, work);
  const rows = measuresOf(json, language).map(({ label, value, unit, how }) => [label, [formatNumber(value, language, { maximumSignificantDigits: 6 }), unit].filter(Boolean).join(' '), how]);
  const width = Math.max(...rows.map(([, value]) => value.length));
  return { json, text: facts(rows.map(([label, value, how]) => [label, `${value.padEnd(width)}  ${how}`] as const)) };
}
