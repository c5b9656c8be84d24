/** @file What leaves a command: JSON lines for scripts, bars, lines, tables and errors for people. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Progress } from '../../preload/contract/progress';
import { interrupts } from './interrupts';
import { openOutput, type Output, type Stream } from './output';
import { barLine } from './progress-bars';
import { facts, table } from './tables';
import { hasWords, languages, type Language } from '../lab/words';

function recorded(options: { json: boolean; language?: Language; isTTY?: boolean }) {
  const written: [stream: 'out' | 'err', text: string][] = [];
  const stream = (name: 'out' | 'err'): Stream => ({ write: (text) => written.push([name, text]), isTTY: options.isTTY, columns: 80 });
  let now = 0;
  const output: Output = openOutput({ json: options.json, language: options.language ?? 'en', stdout: stream('out'), stderr: stream('err'), nowMs: () => now });
  const text = (name: 'out' | 'err') => written.filter(([from]) => from === name).map(([, line]) => line).join('');
  return { output, text, pass: (ms: number) => (now += ms) };
}
const report = (phase: string, done: number, total: number, more: Record<string, number> = {}): Progress => ({ phase, done, total, ...more });

describe('--json', () => {
  test('at most ten progress lines a second; changes of phase and ends always; the result is the last line', () => {
    const { output, text, pass } = recorded({ json: true });
    for (let step = 1; step <= 2000; step++) {
      output.progress(report('train', step, 2000, { loss: 0.5 }));
      pass(1);
    }
    output.progress(report('pack', 0, 0));
    output.message('a remark');
    output.result({ name: 'digits' }, 'text for people');
    const lines = text('out').trimEnd().split('\n').map((line) => JSON.parse(line) as Record<string, Progress>);
    const training = lines.filter((line) => line['progress']?.phase === 'train');
    expect(training.length).toBeGreaterThanOrEqual(20);
    expect(training.length).toBeLessThanOrEqual(22);
    expect(training.at(-1)).toEqual({ progress: { phase: 'train', done: 2000, total: 2000, loss: 0.5 } });
    expect(lines.at(-2)).toEqual({ progress: { phase: 'pack', done: 0, total: 0 } });
    expect(lines.at(-1)).toEqual({ name: 'digits' });
    expect(text('err')).toBe('');
  });

  test('an error is the last line, in words', () => {
    const { output, text } = recorded({ json: true, language: 'fr' });
    output.error({ code: 'path-not-found', params: { path: '/x' } });
    expect(JSON.parse(text('out'))).toEqual({
      error: { code: 'path-not-found', message: 'Rien ne se trouve à ce chemin', expected: 'Un fichier ou un dossier', got: '/x', hint: 'Vérifiez l’orthographe du chemin' },
    });
  });
});

describe('for people', () => {
  test('stdout has the result alone; progress, remarks and errors go to stderr', () => {
    const { output, text } = recorded({ json: false });
    output.progress(report('train', 1200, 60000, { loss: 0.03214, stepsPerSecond: 31.26, secondsLeft: 123 }));
    output.message('a remark');
    output.result({ name: 'digits' }, 'text for people');
    output.error({ code: 'path-not-found', params: { path: '/x' } });
    expect(text('out')).toBe('text for people\n');
    expect(text('err')).toBe(
      'Training 1,200 of 60,000 · loss 0.03214 · 31.3 steps/s · 2\u00a0min 3\u00a0s left\na remark\n' +
        'Nothing stands at this path\n  Expected: A file or a folder\n  Got: /x\n  Try: Check the spelling of the path\n',
    );
  });

  test('without a terminal: a line at the start and the end of a phase, and every five seconds', () => {
    const { output, text, pass } = recorded({ json: false });
    for (let done = 0; done <= 120; done++) {
      output.progress(report('read', done, 120));
      pass(100);
    }
    output.progress(report('read', 120, 120));
    expect(text('err')).toBe('Reading 0 of 120\nReading 50 of 120\nReading 100 of 120\nReading 120 of 120\n');
  });

  test('control characters of file names do not reach the terminal', () => {
    const { output, text } = recorded({ json: false });
    output.error({ code: 'path-not-found', params: { path: '/x\u001b[2J\u0007\u009b31m' } });
    output.result({}, 'a\u001b[31mb\tc');
    // oxlint-disable-next-line no-control-regex -- these are what must not be there
    expect(text('err') + text('out')).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
    expect(text('err')).toContain('/x\ufffd[2J\ufffd\ufffd31m');
  });
});

describe('bars', () => {
  test('as wide as the terminal, details give way', () => {
    const training = report('train', 1200, 5000, { loss: 0.0321, stepsPerSecond: 31, secondsLeft: 123 });
    expect(barLine(training, 0.24, 'en', 120)).toBe(`Training             █████░░░░░░░░░░░░░░░░░░░   24% · 1,200 of 5,000 · loss 0.0321 · 31 steps/s · 2\u00a0min 3\u00a0s left`);
    expect(barLine(training, 0.24, 'en', 75)).toBe('Training             █████░░░░░░░░░░░░░░░░░░░   24% · 1,200 of 5,000');
    expect(barLine(training, 0.24, 'en', 30)).toHaveLength(29);
  });

  test('a phase of unknown length has no bar, and is never said to be done before it is', () => {
    expect(barLine(report('compile', 0, 0), 0, 'en', 80)).toBe('Compiling            …');
    expect(barLine(report('read', 1234, 0), 0, 'fr', 80)).toBe('Lecture              1\u202f234');
    expect(barLine(report('train', 999, 1000), 0.999, 'en', 80)).toContain(' 99%');
  });
});

describe('asides', () => {
  const paused: Progress = { phase: 'paused', done: 5, total: 10, error: { code: 'disk-full', params: { path: '/home' } } };

  test('on a bar they take the place of the details', () => {
    expect(barLine(report('train', 5, 10, { loss: 1 }), 0.5, 'en', 120, paused)).toMatch(/50% · 5 of 10 · Paused · The disk is full$/);
  });

  test('in plain lines each is said once, saving not at all', () => {
    const { output, text } = recorded({ json: false });
    for (const aside of [report('train', 5, 10), paused, paused, report('save', 5, 10), report('hangs', 12, 0)]) output.progress(aside);
    expect(text('err')).toBe('Training 5 of 10\nPaused · The disk is full\nNo step ends for 12\u00a0s\n');
  });
});

test('every phase that a process reports has words', () => {
  const files = readdirSync(join(import.meta.dirname, '..'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts') && !/test|scripted/.test(file));
  const phases = new Set(files.flatMap((file) => [...readFileSync(join(import.meta.dirname, '..', file), 'utf8').matchAll(/\bphase: '([^']+)'/g)].map((match) => match[1] ?? '')));
  expect(phases).toContain('pack');
  for (const language of languages) expect([...phases].filter((phase) => !hasWords(`terminal:phase.${phase}`, language)), language).toEqual([]);
});

describe('tables', () => {
  test('columns are aligned, numbers to the right, wide characters counted as wide', () => {
    expect(table(['Run', 'Steps'], [['a', '5'], ['数字', '1,000']], [1])).toBe('Run   Steps\n────  ─────\na         5\n数字  1,000');
    expect(facts([['Run', 'a\nb'], ['Device', 'cpu']])).toBe('Run     a b\nDevice  cpu');
  });
});

describe('Ctrl-C', () => {
  test('the first stops the work, an echo of it does nothing, a second ends the process', () => {
    let now = 0;
    const said: string[] = [];
    const { signal, interrupt } = interrupts(() => now, () => said.push('first'), () => said.push('second'));
    interrupt();
    expect(signal.aborted).toBe(true);
    now = 100;
    interrupt();
    expect(said).toEqual(['first']);
    now = 1500;
    interrupt();
    expect(said).toEqual(['first', 'second']);
  });
});
