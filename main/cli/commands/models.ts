/** @file genoise eval, sample, encode, reconstruct, interpolate. */

import { evaluate, type SampleOptions } from '../../lab/models';
import { measuresOf } from '../../lab/report';
import { writeEncoding, writeInterpolation, writeReconstructions, writeSamples } from '../../lab/pictures';
import { formatNumber } from '../../lab/words';
import { oneOf, seed, whole, type Context, type Outcome, type Program } from '../command';
import { facts } from '../tables';

export function addModelCommands({ command, run, t }: Program): void {
  command('eval <run>').action((name: string) => run((context) => evaluation(context, name)));
  command('sample <run>')
    .requiredOption('--out <file>', t('option.outImages'))
    .option('--n <count>', t('option.n'), whole('--n', 1, 1_000_000), 64)
    .option('--seed <seed>', t('option.seed'), seed, 0)
    .option('--sampler <id>', t('option.sampler'), oneOf('--sampler', ['ddpm', 'ddim'] as const))
    .option('--steps <count>', t('option.samplingSteps'), whole('--steps', 1, 100_000))
    .action((name: string, { out, ...options }: SampleOptions & { out: string }) =>
      run(async (context) => written(context, await writeSamples(context.lab, name, { ...options, device: context.device, out }, context.work))),
    );
  command('encode <run>')
    .requiredOption('--out <file>', t('option.outNpz'))
    .option('--data <dataset>', t('option.dataOfRun'))
    .action((name: string, { out, data }: { out: string; data?: string }) =>
      run(async (context) => written(context, await writeEncoding(context.lab, name, { dataset: data, out, device: context.device }, context.work))),
    );
  command('reconstruct <run>')
    .requiredOption('--out <file>', t('option.outPng'))
    .option('--data <dataset>', t('option.dataOfRun'))
    .option('--n <count>', t('option.n'), whole('--n', 1, 10_000), 32)
    .action((name: string, { out, data, n }: { out: string; data?: string; n: number }) =>
      run(async (context) => written(context, await writeReconstructions(context.lab, name, { dataset: data, n, out, device: context.device, language: context.language }, context.work))),
    );
  command('interpolate <run>')
    .requiredOption('--from <index>', t('option.from'), whole('--from', 0))
    .requiredOption('--to <index>', t('option.to'), whole('--to', 0))
    .requiredOption('--out <file>', t('option.outWalk'))
    .option('--data <dataset>', t('option.dataOfRun'))
    .option('--method <how>', t('option.interpolation'), oneOf('--method', ['linear', 'slerp'] as const), 'linear')
    .action((name: string, { out, data, from, to, method }: { out: string; data?: string; from: number; to: number; method: 'linear' | 'slerp' }) =>
      run(async (context) => written(context, await writeInterpolation(context.lab, name, { dataset: data, from, to, method, out, device: context.device }, context.work))),
    );
}

async function evaluation({ lab, work, device, language }: Context, run: string): Promise<Outcome> {
  const json = await evaluate(lab, run, { device }, work);
  const rows = measuresOf(json, language).map(({ label, value, unit, how }) => [label, [formatNumber(value, language, { maximumSignificantDigits: 6 }), unit].filter(Boolean).join(' '), how]);
  const width = Math.max(...rows.map(([, value]) => value.length));
  return { json, text: facts(rows.map(([label, value, how]) => [label, `${value.padEnd(width)}  ${how}`] as const)) };
}

function written({ t }: Context, result: { path: string; shape: readonly number[] }): Outcome {
  return { json: result, text: t('written', { path: result.path, shape: result.shape.join(' x ') }) };
}
