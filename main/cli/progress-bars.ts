/** @file Progress in a terminal: one bar a phase, on stderr. */

import { SingleBar, type Options, type Params } from 'cli-progress';
import { formatNumber, type Language } from '../lab/words';
import type { Progress } from '../../preload/contract/progress';
import type { ProgressView, Stream } from './output';
import { amountWords, asideWords, detailWords, isAside, isBrief, phaseWords } from './progress-words';

const barCells = 24;
/** The widest phase name that is aligned. */
const labelCells = 20;

export function progressBars(stream: Stream, language: Language): ProgressView {
  let bar: SingleBar | undefined;
  let phase: string | undefined;
  let shown: Progress | undefined;
  /** The aside that was told last. */
  let told: string | undefined;
  const close = () => {
    bar?.stop();
    bar = undefined;
    phase = undefined;
    shown = undefined;
  };
  return {
    show: (report) => {
      if (isAside(report)) {
        if (bar && shown) bar.update({ report: shown, aside: report });
        else if (!isBrief(report) && report.phase !== told) stream.write(`${asideWords(report, language)}\n`);
        told = report.phase;
        return;
      }
      told = undefined;
      shown = report;
      if (report.phase !== phase) {
        close();
        phase = report.phase;
        bar = new SingleBar({
          stream: stream as NodeJS.WritableStream,
          format: (_options: Options, params: Params, now: { report: Progress; aside?: Progress }) =>
            barLine(now.report, params.progress, language, stream.columns || 80, now.aside),
          hideCursor: true,
          clearOnComplete: false,
          gracefulExit: false,
          fps: 10,
          linewrap: false,
        });
        bar.start(Math.max(report.total, 1), report.done, { report });
      }
      bar?.setTotal(Math.max(report.total, 1));
      bar?.update(report.total > 0 ? report.done : 0, { report, aside: undefined });
    },
    close,
  };
}

/** One line of at most `columns` characters; details give way first. */
export function barLine(report: Progress, fraction: number, language: Language, columns = 80, aside?: Progress): string {
  const label = phaseWords(report.phase, language).padEnd(labelCells);
  const details = [amountWords(report, language), ...(aside ? [asideWords(aside, language)] : detailWords(report, language))].filter(Boolean);
  if (report.total <= 0) return fit([`${label} ${details.shift() ?? '…'}`, ...details], columns);
  const cells = Math.floor(Math.min(1, Math.max(0, fraction)) * barCells);
  const percent = formatNumber(Math.floor(fraction * 100) / 100, language, { style: 'percent' }).padStart(5);
  return fit([`${label} ${'█'.repeat(cells)}${'░'.repeat(barCells - cells)} ${percent}`, ...details], columns);
}

function fit(parts: string[], columns: number): string {
  let line = parts[0] ?? '';
  for (const part of parts.slice(1)) {
    const longer = `${line} · ${part}`;
    if (longer.length >= columns) break;
    line = longer;
  }
  return line.slice(0, Math.max(1, columns - 1));
}
