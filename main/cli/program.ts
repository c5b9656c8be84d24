/** @file The program's commands and options, in the language of the user. */

import { Command, CommanderError, type Option } from 'commander';
import { LabError } from '../../preload/contract/errors';
import { languages, translate, type Language, type WordParams } from '../lab/words';
import { genoiseVersion } from '../lab/versions';
import { oneOf, type Action, type Program } from './command';
import { addDatasetCommands } from './commands/datasets';
import { addDemoCommand } from './commands/demo';
import { addExportCommands } from './commands/exports';
import { addLookCommands } from './commands/look';
import { addModelCommands } from './commands/models';
import { addRunCommands } from './commands/runs';
import { addServeCommand } from './commands/serve';
import { addStartCommand } from './commands/start';

export interface GlobalOptions {
  home?: string;
  json?: boolean;
  device?: string;
  lang?: Language;
}

export interface Parsed {
  options: GlobalOptions;
  action: Action;
  /** Whether the command works with the home's datasets and runs. */
  library: boolean;
}

/**
 * Words of the command line -> what to do, or the text asked for by --help and --version.
 * @throws LabError of exit code 2 on words that are off
 */
export function parseCommandLine(words: readonly string[], language: Language, columns = 80): Parsed | { print: string } {
  const t = (key: string, params?: WordParams) => translate(`terminal:${key}`, language, params);
  let printed = '';
  let parsed: Parsed | undefined;

  const settle = (command: Command): Command =>
    command
      .exitOverride()
      .configureOutput({ writeOut: (text) => (printed += text), writeErr: () => undefined, getOutHelpWidth: () => columns })
      .configureHelp({ styleTitle: (title) => t(`help.${title.replace(':', '').toLowerCase()}`), optionDescription: describe, subcommandTerm })
      .helpOption('-h, --help', t('option.help'))
      .showSuggestionAfterError(false);
  const describe = (option: Option) =>
    option.defaultValue === undefined ? option.description : `${option.description} (${t('help.default', { value: String(option.defaultValue) })})`;
  const subcommandTerm = (command: Command) =>
    [command.name(), ...command.registeredArguments.map((argument) => (argument.required ? `<${argument.name()}>` : `[${argument.name()}]`))].join(' ');

  const withGlobals = (command: Command): Command =>
    settle(command)
      .option('--home <dir>', t('option.home'))
      .option('--json', t('option.json'))
      .option('--device <id>', t('option.device'))
      .option('--lang <language>', t('option.lang'), oneOf('--lang', languages));

  const root = settle(new Command('genoise'))
    .description(t('program'))
    .version(genoiseVersion, '-V, --version', t('option.version'))
    .helpCommand('help [command]', t('command.help'));
  withGlobals(root);
  let current: Command = root;
  const program: Program = {
    t,
    command: (syntax) => {
      const command = root.command(syntax);
      return withGlobals(command.description(t(`command.${command.name()}`))).hook('preAction', (_, acting) => void (current = acting));
    },
    run: (action, { library } = { library: true }) => void (parsed = { options: current.optsWithGlobals<GlobalOptions>(), action, library }),
  };
  for (const add of [addLookCommands, addDatasetCommands, addRunCommands, addModelCommands, addExportCommands, addDemoCommand, addServeCommand, addStartCommand]) add(program);

  try {
    root.parse([...words], { from: 'user' });
  } catch (caught) {
    if (!(caught instanceof CommanderError)) throw caught;
    if (caught.exitCode === 0) return { print: printed };
    // No command: the help, unless there are other words.
    if (caught.code === 'commander.help' && words.length === 0) return { print: root.helpInformation() };
    throw usageError(caught, root);
  }
  if (parsed) return parsed;
  throw new LabError('internal', { detail: `nothing came of ${words.join(' ')}` });
}

/** commander's codes as ours, with the facts that its English messages hold in quotes. */
function usageError(error: CommanderError, root: Command): LabError {
  const quoted = /'([^']*)'/.exec(error.message)?.[1] ?? '';
  const commands = root.commands.map((command) => command.name());
  switch (error.code) {
    case 'commander.help':
      return new LabError('command-missing', { known: commands.join(', ') });
    case 'commander.unknownOption':
      return new LabError('option-unknown', { option: quoted });
    case 'commander.unknownCommand':
      return new LabError('command-unknown', { command: quoted, known: commands.join(', ') });
    case 'commander.excessArguments': {
      const [, most = '', got = ''] = /Expected (\d+) arguments? but got (\d+)/.exec(error.message) ?? [];
      return new LabError('argument-excess', { command: quoted, most, got });
    }
    case 'commander.missingArgument':
      return new LabError('argument-missing', { argument: quoted });
    case 'commander.optionMissingArgument':
      return new LabError('option-value-missing', { option: quoted });
    case 'commander.missingMandatoryOptionValue':
      return new LabError('option-missing', { option: quoted });
    default:
      return new LabError('usage', { detail: error.message.replace(/^error: /, '') });
  }
}
