/** @file Commands from words to exit codes, on a lab whose processes are scripted. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { LabError } from '../../preload/contract/errors';
import type { Work } from '../../preload/contract/progress';
import type { TrainResult } from '../../preload/contract/training';
import type { Lab } from '../lab/lab';
import { addDataset, addRun } from '../inference/scripted/home';
import { createRun } from '../runs/run';
import { runCli, type Host } from './run-cli';

type Answer = (args: Record<string, unknown>, work: Work) => unknown;

const homes: string[] = [];
const newHome = () => {
  const home = mkdtempSync(join(tmpdir(), 'genoise-cli-'));
  homes.push(home);
  return home;
};
afterAll(() => homes.forEach((home) => rmSync(home, { recursive: true, force: true })));

/** Runs a command line with processes that answer as `answers` ('trainer.train', say) says. */
async function command(words: string[], options: { answers?: Record<string, Answer>; env?: Host['env']; home?: string; interruptAt?: string; ask?: Host['ask']; firstUse?: Host['firstUse'] } = {}) {
  let out = '';
  let err = '';
  const closed: string[] = [];
  const calls: [name: string, args: Record<string, unknown>][] = [];
  let onInterrupt: (() => void) | undefined;
  const home = options.home ?? newHome();
  const code = await runCli([...words, '--home', home], {
    stdout: { write: (text) => (out += text), columns: 100 },
    stderr: { write: (text) => (err += text) },
    env: { LANG: 'en_GB.UTF-8', ...options.env },
    onInterrupt: (listener) => {
      onInterrupt = listener;
      return () => (onInterrupt = undefined);
    },
    exitNow: () => undefined,
    ask: options.ask,
    firstUse: options.firstUse,
    openLab: ({ home: opened }): Lab => ({
      home: opened,
      call: async <T>(entry: string, name: string, args: Record<string, unknown>, work: Work) => {
        calls.push([`${entry}.${name}`, args]);
        if (options.interruptAt === `${entry}.${name}`) queueMicrotask(() => onInterrupt?.());
        const answer = options.answers?.[`${entry}.${name}`];
        if (!answer) throw new LabError('internal', { detail: `no answer to ${entry}.${name}` });
        return (await answer(args, work)) as T;
      },
      close: () => Promise.resolve(void closed.push(opened)),
    }),
  });
  const lines = out.trimEnd().split('\n');
  return { code, out, err, calls, closed, last: () => JSON.parse(lines.at(-1) ?? '') as Record<string, unknown>, lines };
}

const error = async (words: string[], env?: Host['env']): Promise<Record<string, string | number>> => {
  const { code, last } = await command([...words, '--json'], { env });
  return { ...(last()['error'] as Record<string, string>), exit: code };
};

describe('words that are off end in exit code 2 and an error in words', () => {
  test.each([
    [['nonsense'], 'command-unknown', 'nonsense'],
    [['runs', '--nonsense'], 'option-unknown', '--nonsense'],
    [['runs', 'extra'], 'argument-excess', '1'],
    [['import'], 'argument-missing', ''],
    [['train', '--method', 'vae', '--run', 'a'], 'option-missing', ''],
    [['train', '--method'], 'option-value-missing', ''],
    [['train', '--method', 'vae', '--data', 'd', '--run', 'r', '--steps', '1.5'], 'option-not-whole', '1.5'],
    [['train', '--method', 'vae', '--data', 'd', '--run', 'r', '--minutes', '-1'], 'option-not-positive', '-1'],
    [['train', '--method', 'vae', '--data', 'd', '--run', 'r', '--channels', '2'], 'option-not-one-of', '2'],
    [['train', '--method', 'vae', '--data', 'd', '--run', 'r', '--size', '8x'], 'option-not-size', '8x'],
    [['train', '--method', 'vea', '--data', 'd', '--run', 'r'], 'method-not-found', 'vea'],
    [['train', '--method', 'vae', '--data', 'd', '--run', 'r', '--set', 'betta=2'], 'setting-unknown', 'betta'],
    [['train', '--method', 'vae', '--data', 'd', '--run', 'r', '--set', 'beta=two'], 'setting-value', 'two'],
    [['train', '--method', 'vae', '--data', 'd', '--run', 'r'], 'dataset-not-found', 'd'],
    [['resume', 'r', '--steps', '5'], 'run-not-found', 'r'],
    [['runs', '--lang', 'de'], 'option-not-one-of', 'de'],
    [['sample', 'r', '--out', 'samples.bmp'], 'picture-format-unknown', 'samples.bmp'],
    [['--json'], 'command-missing', ''],
  ])('%j -> %s', async (words, code, got) => {
    const told = await error(words);
    expect(told).toMatchObject({ exit: 2, code, got });
    expect(told['message']).not.toBe('');
  });

  test('in French by --lang and by the locale', async () => {
    expect(await error(['nonsense', '--lang', 'fr'])).toMatchObject({ message: 'Cette commande n’existe pas' });
    expect(await error(['nonsense'], { LANG: 'fr_FR.UTF-8' })).toMatchObject({ message: 'Cette commande n’existe pas' });
    expect(await error(['nonsense', '--lang=en'], { LANG: 'fr_FR.UTF-8' })).toMatchObject({ message: 'There is no such command' });
  });

  test('without --json the error is on stderr and stdout stays empty', async () => {
    const { code, out, err } = await command(['nonsense']);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toMatch(/^There is no such command\n  Expected: One of: .*devices.*\n  Got: nonsense\n/);
  });
});

describe('help', () => {
  test('every command and option is explained, in each language', async () => {
    const { code, out } = await command(['train', '--help', '--lang', 'fr']);
    expect(code).toBe(0);
    expect(out).toContain('Utilisation\u00a0:');
    expect(out).toContain('--minutes <minutes>');
    expect(out).toContain('(par défaut\u00a0: 0)');
    expect(out).not.toMatch(/Usage|Options:|default/);
    const { out: all } = await command(['--help']);
    for (const name of ['devices', 'methods', 'import', 'datasets', 'train', 'resume', 'runs', 'eval', 'sample', 'encode', 'reconstruct', 'interpolate', 'export', 'demo'])
      expect(all).toMatch(new RegExp(`^  ${name}( |$)`, 'm'));
  });

  test('--version', async () => {
    expect((await command(['--version'])).out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

const ended = (more: Partial<TrainResult>): TrainResult => ({ run: 'r', status: 'completed', steps: 10, seconds: 61, device: 'cpu', metrics: { loss: 0.25 }, ...more });
const madeRun = async (home: string, seconds = 30) => {
  await createRun(home, {
    name: 'r',
    method: 'vae',
    config: {},
    dataset: { name: 'd', hash: 'h' },
    view: { height: 28, width: 28, channels: 1, fit: 'crop' },
    seed: 0,
    device: 'cpu',
    versions: { genoise: '0', onnxruntime: '0', node: '0' },
    steps: 5,
    seconds,
  });
};

describe('training', () => {
  test.each([
    [ended({}), 0],
    [ended({ status: 'stopped' }), 0],
    [ended({ status: 'cancelled' }), 130],
    [ended({ status: 'failed', error: { code: 'loss-not-finite', params: { step: 7, name: 'loss' } } }), 4],
    [ended({ status: 'failed', error: { code: 'device-missing', params: { device: 'cuda', reason: 'none', usable: 'cpu' } } }), 5],
  ])('the status decides the exit code: %j', async (result, exit) => {
    const home = newHome();
    await madeRun(home);
    const { code, last, calls } = await command(['resume', 'r', '--steps', '10', '--json'], { home, answers: { 'importer.packView': () => ({}), 'trainer.train': () => result } });
    expect(code).toBe(exit);
    expect(last()).toMatchObject({ run: 'r', status: result.status, steps: 10, seconds: 61, device: 'cpu', metrics: { loss: 0.25 } });
    if (result.error) expect(last()['error']).toMatchObject({ code: result.error.code });
    expect(calls).toEqual([
      ['importer.packView', { dataset: 'd', view: { height: 28, width: 28, channels: 1, fit: 'crop' } }],
      ['trainer.train', { run: 'r', steps: 10, minutes: undefined, device: 'cpu' }],
    ]);
  });

  test('totals that are reached, or none, are refused', async () => {
    const home = newHome();
    await madeRun(home, 90);
    const told = async (words: string[]) => ((await command([...words, '--json'], { home })).last()['error'] as Record<string, string>)['code'];
    expect(await told(['resume', 'r'])).toBe('limit-missing');
    expect(await told(['resume', 'r', '--steps', '5'])).toBe('limit-reached');
    expect(await told(['resume', 'r', '--minutes', '1.5'])).toBe('limit-reached');
  });

  test('people read the result on stdout, and a fallback of the device on stderr', async () => {
    const home = newHome();
    await madeRun(home);
    const answers = { 'importer.packView': () => ({}), 'trainer.train': () => ended({ fallback: { from: 'webgpu', reason: 'no adapter' } }) };
    const { out, err } = await command(['resume', 'r', '--steps', '10', '--lang', 'fr'], { home, answers });
    expect(out).toContain('État       terminée');
    expect(out).toContain('Durée      1\u00a0min 1\u00a0s');
    expect(err).toContain('webgpu n’est pas utilisable (no adapter)\u00a0: travail sur cpu');
  });

  test('Ctrl-C aborts the work, the lab is closed, and the exit code is 130', async () => {
    const home = newHome();
    await madeRun(home);
    const waiting: Answer = (_, { signal }) =>
      new Promise((resolve) => signal.addEventListener('abort', () => resolve(ended({ status: 'cancelled', steps: 6 }))));
    const { code, err, out, closed } = await command(['resume', 'r', '--steps', '10'], {
      home,
      interruptAt: 'trainer.train',
      answers: { 'importer.packView': () => ({}), 'trainer.train': waiting },
    });
    expect(code).toBe(130);
    expect(err).toContain('Stopping after the step under way');
    expect(out).toContain('cancelled');
    expect(closed).toEqual([home]);
  });

  test('a cancel that ends in an error exits with 130 as well', async () => {
    const { code, last } = await command(['devices', '--json'], {
      answers: {
        'inference.devices': () => {
          throw new LabError('cancelled', { what: 'devices' });
        },
      },
    });
    expect(code).toBe(130);
    expect(last()['error']).toMatchObject({ code: 'cancelled' });
  });
});

describe('lists', () => {
  test('devices, for scripts and for people', async () => {
    const devices = [
      { id: 'webgpu', usable: false, reason: 'no adapter' },
      { id: 'cpu', usable: true, reason: 'ONNX Runtime, cpu provider' },
    ];
    const answers = { 'inference.devices': () => devices };
    expect((await command(['devices', '--json'], { answers })).last()).toEqual(devices);
    expect((await command(['devices'], { answers })).out).toBe(
      'Device  Usable  Reason\n──────  ──────  ──────────────────────────\nwebgpu  no      no adapter\ncpu     yes     ONNX Runtime, cpu provider\n',
    );
  });

  test('runs and datasets of a new home', async () => {
    expect((await command(['runs', '--json'])).last()).toEqual([]);
    expect((await command(['datasets', '--json'])).last()).toEqual([]);
    expect((await command(['runs'])).out).toBe('No run yet; train one with: genoise train\n');
  });

  test('a dataset is renamed, and its runs follow', async () => {
    const home = newHome();
    const greys = { pixels: new Uint8Array(10 * 16), labels: new Uint8Array(10) };
    const hash = await addDataset(home, 'old', { train: greys, test: greys, side: 4 });
    await addRun(home, 'r', { name: 'old', hash, side: 4 }, {});
    expect((await command(['rename', 'old', 'new', '--dataset', '--json'], { home })).last()).toMatchObject({ name: 'new', hash });
    expect((await command(['rename', 'r', 's'], { home })).out).toBe('r is now s\n');
    expect((await command(['runs', '--json'], { home })).last()).toMatchObject([{ name: 's', dataset: { name: 'new' } }]);
    expect((await command(['rename', 'old', 'newer', '--dataset', '--json'], { home })).last()).toMatchObject({ error: { code: 'dataset-not-found' } });
    expect((await command(['rename', 's', 'new', '--dataset', '--json'], { home })).last()).toMatchObject({ error: { code: 'dataset-not-found' } });
  });

  test('a run that is deleted is gone, and says where it lies', async () => {
    const home = newHome();
    await madeRun(home);
    expect((await command(['runs', '--json'], { home })).last()).toMatchObject([{ name: 'r', steps: 5 }]);
    expect((await command(['delete', 'r', '--json'], { home })).last()).toMatchObject({ run: 'r', movedTo: expect.stringContaining(join(home, 'trash')) as string });
    expect((await command(['runs', '--json'], { home })).last()).toEqual([]);
    expect((await command(['restore', '--json'], { home })).last()).toMatchObject([{ name: 'r' }]);
    expect((await command(['restore', 'r', '--as', 'back'], { home })).out).toBe('back is in the library again\n');
    expect((await command(['runs', '--json'], { home })).last()).toMatchObject([{ name: 'back', steps: 5 }]);
    expect((await command(['restore'], { home })).out).toBe('The trash has no runs\n');
    expect((await command(['restore', 'r', '--json'], { home })).last()).toMatchObject({ error: { code: 'trash-not-found' } });
  });

  test('a run is pinned and let go; a checkpoint that is not there is told', async () => {
    const home = newHome();
    await madeRun(home);
    expect((await command(['pin', 'r', '--json'], { home })).last()).toMatchObject({ name: 'r', notes: { pinned: true } });
    expect((await command(['pin', 'r', '--off'], { home })).out).toBe('r is no longer pinned\n');
    expect((await command(['pin', 'r', '--step', '4', '--json'], { home })).last()).toMatchObject({ error: { code: 'checkpoint-not-found' } });
  });

  test('import hands on the absolute path and a name made from it; what was skipped is told with its reason', async () => {
    const info = {
      name: 'My-photos', hash: 'a'.repeat(64), reader: 'image-folder', count: 3, labels: ['cat', 'dog'], splits: { train: 2, test: 1 },
      skipped: [{ path: 'notes.txt', reason: { code: 'not-an-image', params: { path: 'notes.txt' } } }],
      sizes: { min: [10, 10], max: [20, 30], common: null }, channels: 3, bytes: 1234, importedAt: '2026-01-01T00:00:00.000Z', keep: 'copy', source: '/x',
    };
    const { last, calls } = await command(['import', '/data/My photos.zip', '--json'], { answers: { 'importer.import': () => info } });
    expect(calls).toEqual([['importer.import', { path: '/data/My photos.zip', name: 'My-photos', keep: 'copy' }]]);
    expect(last()).toMatchObject({ name: 'My-photos', count: 3, labels: ['cat', 'dog'], splits: { train: 2, test: 1 } });
    expect(last()['skipped']).toEqual([{ path: 'notes.txt', reason: expect.stringMatching(/\w+/) as string, code: 'not-an-image' }]);
  });
});

describe('a new home', () => {
  test('is given its starters before a command that reads the library, and not by one that does not', async () => {
    const given: string[] = [];
    const firstUse = (home: string) => Promise.resolve(void given.push(home));
    const home = newHome();
    await command(['methods'], { home, firstUse });
    expect(given).toEqual([]);
    await command(['runs'], { home, firstUse });
    expect(given).toEqual([home]);
  });
});

describe('whether originals are copied or linked', () => {
  const info = { name: 'a', count: 1, hash: '0', labels: [], splits: { train: 1, test: 0 }, skipped: [], sizes: { min: [1, 1], max: [1, 1], common: [1, 1] }, channels: 1, bytes: 1, reader: 'idx', importedAt: '', keep: 'copy', source: '' };
  const answers = { 'importer.import': () => info };
  const keepOf = (calls: [string, Record<string, unknown>][]) => calls.map(([, args]) => args['keep']);

  test('is asked once and remembered', async () => {
    const home = newHome();
    const questions: string[] = [];
    const ask = (question: string) => Promise.resolve((questions.push(question), 'l'));
    const first = await command(['import', 'x'], { home, answers, ask });
    const second = await command(['import', 'x'], { home, answers, ask });
    expect([keepOf(first.calls), keepOf(second.calls)]).toEqual([['link'], ['link']]);
    expect(questions).toHaveLength(1);
  });
  test('--keep is asked for no more, and changes no answer', async () => {
    const home = newHome();
    const ask = () => Promise.reject(new Error('asked'));
    expect(keepOf((await command(['import', 'x', '--keep', 'link'], { home, answers, ask })).calls)).toEqual(['link']);
    expect(keepOf((await command(['import', 'x', '--json'], { home, answers, ask })).calls)).toEqual(['copy']);
  });
});
