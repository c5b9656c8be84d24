/** @file What a command says: results on stdout, progress and messages on stderr; with --json everything is one JSON object a line on stdout. */

import type { ErrorJson } from '../../preload/contract/errors';
import type { Progress } from '../../preload/contract/progress';
import { translate, wordError, type Language } from '../lab/words';
import { progressBars } from './progress-bars';
import { progressLines } from './progress-lines';

/** A stream as far as a command needs it. */
export interface Stream {
  write(text: string): unknown;
  isTTY?: boolean | undefined;
  columns?: number | undefined;
}

export interface OutputOptions {
  json: boolean;
  language: Language;
  stdout: Stream;
  stderr: Stream;
  nowMs(): number;
}

/** How progress is shown: an open bar, say. */
export interface ProgressView {
  show(report: Progress): void;
  close(): void;
}

export interface Output {
  progress(report: Progress): void;
  /** A remark to a person; silent with --json. */
  message(text: string): void;
  /** The result: `json` for scripts, `text` for people. */
  result(json: unknown, text: string): void;
  error(error: ErrorJson): void;
}

/** At most this many progress reports a second leave; changes of phase and completions always do. */
const reportsPerSecond = 10;

/** Control characters of names and messages would be commands to the terminal. */
// oxlint-disable-next-line no-control-regex -- to replace them
const printable = (text: string) => text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '\ufffd');

export function openOutput({ json, language, stdout, stderr, nowMs }: OutputOptions): Output {
  const printLine = (value: unknown) => stdout.write(`${JSON.stringify(value)}\n`);
  const view: ProgressView = json
    ? { show: (report) => printLine({ progress: report }), close: () => undefined }
    : stderr.isTTY
      ? progressBars(stderr, language)
      : progressLines(stderr, language, nowMs);
  const due = throttle(nowMs);
  return {
    progress: (report) => {
      if (due(report)) view.show(report);
    },
    message: (text) => {
      if (json) return;
      view.close();
      stderr.write(`${printable(text)}\n`);
    },
    result: (value, text) => {
      view.close();
      if (json) printLine(value);
      else stdout.write(`${printable(text)}\n`);
    },
    error: (error) => {
      view.close();
      const worded = wordError(error, language);
      if (json) {
        printLine({ error: worded });
        return;
      }
      const lines = [worded.message];
      for (const part of ['expected', 'got', 'hint'] as const) {
        if (worded[part]) lines.push(`  ${translate(`terminal:error.${part}`, language)} ${worded[part]}`);
      }
      stderr.write(`${printable(lines.join('\n'))}\n`);
    },
  };
}

/** Lets a report through when its phase is new, when it completes its phase, or 1 / reportsPerSecond after the last one. */
function throttle(nowMs: () => number): (report: Progress) => boolean {
  let lastMs = -Infinity;
  let phase: string | undefined;
  return (report) => {
    const now = nowMs();
    const complete = report.total > 0 && report.done >= report.total;
    if (report.phase === phase && !complete && now - lastMs < 1000 / reportsPerSecond) return false;
    phase = report.phase;
    lastMs = now;
    return true;
  };
}
