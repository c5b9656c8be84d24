/** @file Which command a press means: never one while a letter is typed, the newest of two with the same keys. */

import { expect, test } from 'vitest';
import { commandOf, types } from './commands';
import type { Press } from './shortcut';

const press = (key: string, held: Partial<Press> = {}): Press => ({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held });
const commands = [
  { id: 'play', keys: 'p' },
  { id: 'find', keys: 'mod+k' },
  { id: 'next', keys: 'f6' },
  { id: 'save', keys: 'mod+s alt+s' },
];

test('a letter in a text field is text; a checkbox or slider takes none', () => {
  expect(types({ tagName: 'INPUT', type: 'text' })).toBe(true);
  expect(types({ tagName: 'INPUT', type: 'search' })).toBe(true);
  expect(types({ tagName: 'TEXTAREA' })).toBe(true);
  expect(types({ tagName: 'DIV', isContentEditable: true })).toBe(true);
  expect(types({ tagName: 'INPUT', type: 'range' })).toBe(false);
  expect(types({ tagName: 'BUTTON' })).toBe(false);
});

test('while one types, shortcuts with a modifier and function keys hold, others do not', () => {
  const field = { tagName: 'INPUT', type: 'text' };
  expect(commandOf(commands, press('p'), field)).toBeUndefined();
  expect(commandOf(commands, press('p'), { tagName: 'BUTTON' })).toMatchObject({ id: 'play' });
  expect(commandOf(commands, press('k', { ctrlKey: true }), field)).toMatchObject({ id: 'find' });
  expect(commandOf(commands, press('F6'), field)).toMatchObject({ id: 'next' });
});

test('a field keeps its own undo, clipboard and moves by words', () => {
  const field = { tagName: 'INPUT', type: 'text' };
  const editing = [
    { id: 'undo', keys: 'mod+z' },
    { id: 'next', keys: 'alt+right' },
    { id: 'split', keys: 'mod+alt+right' },
  ];
  expect(commandOf(editing, press('z', { ctrlKey: true }), field)).toBeUndefined();
  expect(commandOf(editing, press('z', { ctrlKey: true }), null)).toMatchObject({ id: 'undo' });
  expect(commandOf(editing, press('ArrowRight', { altKey: true }), field)).toBeUndefined();
  expect(commandOf(editing, press('ArrowRight', { altKey: true, ctrlKey: true }), field)).toMatchObject({ id: 'split' });
});

test('one of several shortcuts is enough; of two commands with the same keys the newest has them', () => {
  expect(commandOf(commands, press('s', { altKey: true }), null)).toMatchObject({ id: 'save' });
  expect(commandOf([...commands, { id: 'pause', keys: 'p' }], press('p'), null)).toMatchObject({ id: 'pause' });
  expect(commandOf(commands, press('q'), null)).toBeUndefined();
});
