/** @file Shortcuts: what a press means on each system, and how it is shown. */

import { expect, test } from 'vitest';
import { ariaKeys, keyNames, pressed, type Press } from './shortcut';

const press = (key: string, held: Partial<Press> = {}): Press => ({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held });

test('mod is Command on a Mac and Control elsewhere, and never the other', () => {
  expect(pressed('mod+k', press('k', { ctrlKey: true }), false)).toBe(true);
  expect(pressed('mod+k', press('k', { metaKey: true }), false)).toBe(false);
  expect(pressed('mod+k', press('k', { metaKey: true }), true)).toBe(true);
  expect(pressed('mod+k', press('k', { ctrlKey: true }), true)).toBe(false);
});

test('a modifier too many or too few is another shortcut', () => {
  expect(pressed('mod+k', press('K', { ctrlKey: true, shiftKey: true }), false)).toBe(false);
  expect(pressed('mod+shift+k', press('K', { ctrlKey: true, shiftKey: true }), false)).toBe(true);
  expect(pressed('k', press('k', { altKey: true }), false)).toBe(false);
});

test('a sign that is typed with Shift is that sign; plus is itself', () => {
  expect(pressed('?', press('?', { shiftKey: true }), false)).toBe(true);
  expect(pressed('mod++', press('+', { ctrlKey: true, shiftKey: true }), false)).toBe(true);
});

test('digits count by their place: on a French keyboard 1 is typed with Shift', () => {
  expect(pressed('alt+1', press('&', { altKey: true, code: 'Digit1' }), false)).toBe(true);
  expect(pressed('alt+2', press('&', { altKey: true, code: 'Digit1' }), false)).toBe(false);
});

test('keys with other names in events', () => {
  expect(pressed('left', press('ArrowLeft'), false)).toBe(true);
  expect(pressed('space', press(' '), false)).toBe(true);
  expect(pressed('esc', press('Escape'), false)).toBe(true);
  expect(pressed('f6', press('F6'), false)).toBe(true);
});

test('shown as the system shows them, and told to screen readers', () => {
  expect(keyNames('mod+shift+p', false)).toEqual(['Ctrl', '⇧', 'P']);
  expect(keyNames('mod+alt+left', true)).toEqual(['⌘', '⌥', '←']);
  expect(ariaKeys('mod+shift+left', false)).toBe('Control+Shift+ArrowLeft');
});
