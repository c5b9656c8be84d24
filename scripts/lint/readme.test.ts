/** @file The README's commands, options and exit codes are those of the program. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseCommandLine } from '../../main/cli/program';
import { errorKinds } from '../../preload/contract/errors';

const readme = readFileSync(join(import.meta.dirname, '..', '..', 'README.md'), 'utf8');
const help = (words: string[]) => {
  const parsed = parseCommandLine(words, 'en', 200);
  return 'print' in parsed ? parsed.print : '';
};
const commands = [...help(['--help']).matchAll(/^ {2}([a-z]+)(?: [<[]|  )/gm)].map((match) => match[1] ?? '').filter((name) => name !== 'help');

test('each command stands in the table', () => {
  expect(commands).toContain('demo');
  const table = readme.slice(readme.indexOf('| command |'), readme.indexOf('### For scripts'));
  expect(commands.filter((command) => !new RegExp(`\`${command}[ \`]`).test(table))).toEqual([]);
});

test('each command line of the README is understood', () => {
  const lines = [...readme.matchAll(/^\$ npx genoise (.*)$/gm)].map((match) => match[1] ?? '');
  expect(lines.length).toBeGreaterThan(5);
  for (const line of lines) expect(() => parseCommandLine(line.split(' '), 'en'), line).not.toThrow();
});

test('the exit codes are all there', () => {
  const told = [...readme.matchAll(/^\| (\d+) \|/gm)].map((match) => Number(match[1]));
  expect(new Set(told)).toEqual(new Set([0, ...Object.values(errorKinds).map(({ exit }) => exit)]));
});
