/** @file Progress where nobody watches a terminal: a plain line at each phase's start and end, and every five seconds between. */

import type { Language } from '../lab/words';
import type { ProgressView, Stream } from './output';
import { amountWords, asideWords, detailWords, isAside, isBrief, phaseWords } from './progress-words';

const everyMs = 5_000;

export function progressLines(stream: Stream, language: Language, nowMs: () => number): ProgressView {
  let phase: string | undefined;
  let lastMs = 0;
  let completed = false;
  let aside: string | undefined;
  return {
    show: (report) => {
      if (isAside(report)) {
        if (!isBrief(report) && report.phase !== aside) stream.write(`${asideWords(report, language)}\n`);
        aside = report.phase;
        return;
      }
      aside = undefined;
      const complete = report.total > 0 && report.done >= report.total;
      const fresh = report.phase !== phase;
      if (!fresh && (completed || (!complete && nowMs() - lastMs < everyMs))) return;
      phase = report.phase;
      lastMs = nowMs();
      completed = complete;
      const words = [phaseWords(report.phase, language), amountWords(report, language)].filter(Boolean).join(' ');
      stream.write(`${[words, ...detailWords(report, language)].join(' · ')}\n`);
    },
    close: () => {
      phase = undefined;
      completed = false;
    },
  };
}
