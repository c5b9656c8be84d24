/** @file One command from its words to its exit code. */

import { errorKinds, errorToJson, type ExitCode } from '../../preload/contract/errors';
import { openLab, type LabOptions, type Lab } from '../lab/lab';
import { chooseLanguage, languages, translate, type Language } from '../lab/words';
import { clock } from '../platform/clock';
import { homeFolder } from '../platform/home';
import { interrupts } from './interrupts';
import { openOutput, type Output, type Stream } from './output';
import { parseCommandLine } from './program';

/** The world around a command; tests hand in their own. */
export interface Host {
  stdout: Stream;
  stderr: Stream;
  env: Record<string, string | undefined>;
  /** Listens for Ctrl-C and its like; returns how to stop listening. */
  onInterrupt(listener: () => void): () => void;
  /** Ends the process at once. */
  exitNow(code: ExitCode): void;
  openLab?: (options: LabOptions) => Lab;
  /** Called before a command that works with the library of `home`. */
  firstUse?: (home: string) => Promise<unknown>;
  /** Asks the person at the terminal, where there is one. */
  ask?: (question: string) => Promise<string>;
}

/** @param words the command line without program names -> the exit code; never throws */
export async function runCli(words: readonly string[], host: Host): Promise<ExitCode | 0> {
  const language = languageOf(words, host.env);
  // Before parsing: an error in the words is told in the form they ask for.
  const json = words.includes('--json');
  const output = openOutput({ json, language, stdout: host.stdout, stderr: host.stderr, nowMs: () => clock.monotonicMs() });
  try {
    const parsed = parseCommandLine(words, language, host.stdout.columns || 80);
    if ('print' in parsed) {
      host.stdout.write(parsed.print);
      return 0;
    }
    return await runAction(parsed, language, output, host);
  } catch (caught) {
    const error = errorToJson(caught);
    output.error(error);
    return errorKinds[error.code]?.exit ?? 1;
  }
}

async function runAction({ options, action, library }: Exclude<ReturnType<typeof parseCommandLine>, { print: string }>, language: Language, output: Output, host: Host): Promise<ExitCode | 0> {
  const lab = (host.openLab ?? openLab)({ home: homeFolder(options.home, host.env) });
  const stop = interrupts(
    () => clock.monotonicMs(),
    () => output.message(translate('terminal:interrupt.first', language)),
    () => host.exitNow(130),
  );
  const unlisten = host.onInterrupt(stop.interrupt);
  try {
    if (library) await host.firstUse?.(lab.home);
    const outcome = await action({
      lab,
      work: { progress: output.progress, signal: stop.signal },
      language,
      device: options.device,
      t: (key, params) => translate(`terminal:${key}`, language, params),
      message: output.message,
      tell: output.result,
      ask: options.json ? undefined : host.ask,
    });
    if (outcome) output.result(outcome.json, outcome.text);
    return outcome?.exit ?? 0;
  } finally {
    await lab.close();
    unlisten();
  }
}

/** --lang before parsing, so that the errors of parsing have their language. */
function languageOf(words: readonly string[], env: Host['env']): Language {
  const at = words.findIndex((word) => word === '--lang' || word.startsWith('--lang='));
  const named = at < 0 ? undefined : words[at]?.startsWith('--lang=') ? words[at].slice('--lang='.length) : words[at + 1];
  return languages.find((language) => language === named) ?? chooseLanguage(undefined, env);
}
