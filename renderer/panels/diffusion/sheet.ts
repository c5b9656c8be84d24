/** @file The cells of a sheet: two settings as rows and columns, everything else, the noise above all, the same. */

import type { SamplerName } from '../../../preload/contract/inference';
import type { SheetAxis } from '../../../preload/contract/exports';
import { resolved, type SamplerChoice, type SheetSetting } from './state';

/** What of the model and the sheet's image bounds the values. */
export interface Bounds {
  /** T */
  total: number;
  /** Training steps of the snapshots. */
  snapshots: readonly number[];
}

export type SheetValue = SamplerName | number;

export const mostValues = 12;

/**
 * The values of an axis as they were typed: 'ddpm, ddim' or '5, 10; 20'. Times of the process count as in the literature, 1 to T.
 * -> undefined where one of them is none that the setting can have, or there are none or too many
 */
export function valuesOf(setting: SheetSetting, text: string, { total, snapshots }: Bounds): SheetValue[] | undefined {
  const words = text.split(/[\s;]+|,\s*/).filter(Boolean);
  if (words.length === 0 || words.length > mostValues) return undefined;
  if (setting === 'sampler') {
    const names = words.map((word) => word.toLowerCase());
    return names.every((name): name is SamplerName => name === 'ddpm' || name === 'ddim') ? names : undefined;
  }
  const numbers = words.map(Number);
  const whole = setting !== 'eta';
  const [least, most] = { steps: [1, total], eta: [0, 1], seed: [0, 2 ** 32 - 1], start: [1, total], at: [0, Infinity] }[setting] as [number, number];
  const allowed = numbers.every((value) => value >= least && value <= most && (!whole || Number.isInteger(value)) && (setting !== 'at' || snapshots.includes(value)));
  return allowed ? numbers : undefined;
}

export interface Cell {
  sampler: SamplerName;
  steps: number;
  eta: number;
  seed: number;
  at?: number;
  /** Timestep, 0 to T - 1, to which the image is noised that the walk begins from. */
  start?: number;
}

/** What of `base` a row's and a column's value change. */
export function cellOf(base: SamplerChoice & { seed: number; at?: number }, total: number, ...[row, column]: { setting: SheetSetting; value: SheetValue }[]): Cell {
  let choice: SamplerChoice = base;
  const cell: Pick<Cell, 'seed' | 'at' | 'start'> = { seed: base.seed, at: base.at };
  for (const { setting, value } of [row, column]) {
    if (setting === 'sampler') choice = { ...choice, sampler: value as SamplerName };
    else if (setting === 'steps') choice = { ...choice, steps: value as number };
    else if (setting === 'eta') choice = { ...choice, eta: value as number };
    else if (setting === 'seed') cell.seed = value as number;
    else if (setting === 'at') cell.at = value as number;
    else cell.start = (value as number) - 1;
  }
  return { ...resolved(choice, total), ...cell };
}

/** As an export asks for it: times as the graph counts them, 0 to T - 1. */
export function exportAxis(setting: SheetSetting, values: readonly SheetValue[]): SheetAxis {
  if (setting === 'start') return { setting, values: (values as number[]).map((t) => t - 1) };
  if (setting === 'sampler') return { setting, values: [...new Set(values as SamplerName[])] };
  return { setting, values: values as number[] };
}
