/** @file What a command of the terminal is, and how its words become values. */

import type { Command } from 'commander';
import { LabError, type ExitCode } from '../../preload/contract/errors';
import type { Work } from '../../preload/contract/progress';
import type { Lab } from '../lab/lab';
import type { Language, WordParams } from '../lab/words';

/** What every command can use. */
export interface Context {
  lab: Lab;
  work: Work;
  language: Language;
  /** --device. */
  device: string | undefined;
  /** The words of 'terminal:KEY'. */
  t(key: string, params?: WordParams): string;
  /** A remark to a person, on stderr; silent with --json. */
  message(text: string): void;
  /** A result on stdout while the command goes on: `json` for scripts, `text` for people. */
  tell(json: unknown, text: string): void;
  /** A question to the person at the terminal; undefined where nobody can answer (--json, no terminal). */
  ask?: (question: string) => Promise<string>;
}

/** What a command ends with. */
export interface Outcome {
  /** The last JSON line. */
  json: unknown;
  /** What a person reads on stdout. */
  text: string;
  exit?: ExitCode | 0;
}

/** null: all was told already. */
export type Action = (context: Context) => Promise<Outcome | null>;

/** Adds commands to the program: `run` takes what is to be done once the words are parsed. */
export type AddCommands = (program: Program) => void;

export interface Program {
  /** A command with its help from 'terminal:command.<name>'. `words` has its arguments: 'import <path>'. */
  command(words: string): Command;
  /** The words of 'terminal:KEY'. */
  t(key: string, params?: WordParams): string;
  /** `library: false`: the command reads nothing of the home. */
  run(action: Action, options?: { library: boolean }): void;
}

/** A whole number of at least `least`, for commander. */
export function whole(option: string, least: number, most: number = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = /^[+-]?\d+$/.test(text.trim()) ? Number(text) : NaN;
    if (!(value >= least && value <= most)) throw new LabError('option-not-whole', { option, got: text, least, most });
    return value;
  };
}

/** A number above 0. */
export function positive(option: string): (text: string) => number {
  return (text) => {
    const value = text.trim() === '' ? NaN : Number(text);
    if (!(value > 0 && Number.isFinite(value))) throw new LabError('option-not-positive', { option, got: text });
    return value;
  };
}

export function oneOf<T extends string>(option: string, known: readonly T[]): (text: string) => T {
  return (text) => {
    const value = known.find((one) => one === text);
    if (value === undefined) throw new LabError('option-not-one-of', { option, got: text, known: known.join(', ') });
    return value;
  };
}

/** Pixels: '32' for a square, '32x48' for height x width. */
export function sizeFromText(text: string): number | [height: number, width: number] {
  const match = /^(\d+)(?:x(\d+))?$/.exec(text.trim());
  const sides = [match?.[1], match?.[2]].flatMap((side) => (side === undefined ? [] : [Number(side)]));
  if (!match || sides.some((side) => side < 1 || side > 4096)) throw new LabError('option-not-size', { option: '--size', got: text });
  return sides.length === 2 ? [sides[0] as number, sides[1] as number] : (sides[0] as number);
}

/** Collects an option that may be given several times. */
export const collect = (text: string, before: string[] = []): string[] => [...before, text];

/** Seeds as the random streams take them. */
export const seed = whole('--seed', 0, 0xffffffff);
