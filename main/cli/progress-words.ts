/** @file A progress report in words: 'Training 1,200 of 5,000 · loss 0.0321 · 31 steps/s · 2 min 3 s left'. */

import type { ErrorJson } from '../../preload/contract/errors';
import type { Progress } from '../../preload/contract/progress';
import { formatNumber, formatSeconds, hasWords, translate, wordError, type Language } from '../lab/words';

/** Phases that come for a moment while another goes on. */
const asides = new Set(['save', 'preview', 'paused', 'hangs', 'not-responding', 'not-saved']);
export const isAside = (report: Progress): boolean => asides.has(report.phase);

/** Asides too short to be told on lines of their own. */
export const isBrief = ({ phase }: Progress): boolean => phase === 'save' || phase === 'preview';

/** The phase's name; a phase without words is shown by its code. */
export function phaseWords(phase: string, language: Language): string {
  const key = `terminal:phase.${phase}`;
  return hasWords(key, language) ? translate(key, language) : phase;
}

/** How far: '1,200 of 5,000', or '1,200' while the total is not known; empty before the first. */
export function amountWords({ done, total }: Progress, language: Language): string {
  if (total > 0) return translate('terminal:progress.of', language, { done: Math.floor(done), total: Math.ceil(total) });
  return done > 0 ? formatNumber(Math.floor(done), language) : '';
}

/** What the phase says beside how far it is: loss, rate, time left. */
export function detailWords(report: Progress, language: Language): string[] {
  const number = (name: string) => (typeof report[name] === 'number' && Number.isFinite(report[name]) ? report[name] : undefined);
  const details: string[] = [];
  const loss = number('loss');
  if (loss !== undefined) details.push(translate('terminal:progress.loss', language, { loss: formatNumber(loss, language, { maximumSignificantDigits: 4 }) }));
  const rate = number('stepsPerSecond');
  if (rate !== undefined) details.push(translate('terminal:progress.rate', language, { rate: formatNumber(rate, language, { maximumSignificantDigits: 3 }) }));
  const left = number('secondsLeft');
  if (left !== undefined) details.push(translate('terminal:progress.left', language, { time: formatSeconds(left, language) }));
  const error = report['error'];
  if (isError(error)) details.push(wordError(error, language).message);
  return details;
}

const isError = (value: unknown): value is ErrorJson => typeof value === 'object' && value !== null && 'code' in value && 'params' in value;

/** An aside in one piece: 'Not responding (s) 12', 'Paused · The disk is full'. */
export function asideWords(report: Progress, language: Language): string {
  const seconds = report.phase === 'hangs' || report.phase === 'not-responding' ? ` ${formatSeconds(report.done, language)}` : '';
  return [phaseWords(report.phase, language) + seconds, ...detailWords(report, language)].join(' · ');
}
