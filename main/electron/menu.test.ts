/** @file The native menu: words of both languages, keys that the page keeps for itself, what each system expects. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MenuItemConstructorOptions } from 'electron';
import { expect, test } from 'vitest';
import { hostCommand } from '../../preload/contract/host';
import { languages } from '../lab/words';
import { menuTemplate, type MenuActions } from './menu';
import { grounds } from './window';

const asked: string[] = [];
const actions: MenuActions = { command: (name) => asked.push(name), newWindow: () => asked.push('new'), showLog: () => asked.push('log'), about: () => asked.push('about') };
const flat = (items: MenuItemConstructorOptions[]): MenuItemConstructorOptions[] => items.flatMap((item) => [item, ...flat((item.submenu as MenuItemConstructorOptions[] | undefined) ?? [])]);
const systems = ['linux', 'win32', 'darwin'] as const;

test.each(systems)('%s: every command once, its key shown but left to the page', (platform) => {
  const items = flat(menuTemplate('en', platform, actions));
  for (const command of hostCommand.options) {
    const found = items.filter(({ id }) => id === command);
    expect(found, command).toHaveLength(1);
    expect(found[0].accelerator === undefined || found[0].registerAccelerator === false, command).toBe(true);
    asked.length = 0;
    found[0].click?.({} as never, undefined, {} as never);
    expect(asked).toEqual([command]);
  }
  expect(items.filter(({ role }) => role === 'quit')).toHaveLength(1);
  expect(items.some(({ role }) => role === 'recentDocuments')).toBe(platform !== 'linux');
  expect(items.some(({ role }) => role === 'hide')).toBe(platform === 'darwin');
});

test.each(languages)('%s: everything has a label, and no two of a menu share one', (language) => {
  for (const platform of systems) {
    for (const { submenu, label } of menuTemplate(language, platform, actions)) {
      const labels = (submenu as MenuItemConstructorOptions[]).filter(({ type }) => type !== 'separator').map((item) => item.label);
      expect(labels.filter((one) => !one), label).toEqual([]);
      expect(new Set(labels).size, label).toBe(labels.length);
    }
  }
});

test('no two registered keys are the same', () => {
  for (const platform of systems) {
    const keys = flat(menuTemplate('en', platform, actions)).flatMap(({ accelerator }) => accelerator ?? []);
    expect(new Set(keys).size).toBe(keys.length);
  }
});

test('the ground before the first paint is that of the themes', () => {
  const tokens = readFileSync(join(import.meta.dirname, '..', '..', 'renderer', 'theme', 'tokens.css'), 'utf8');
  expect([...tokens.matchAll(/--ground: (#\w+)/g)].map((match) => match[1])).toEqual([grounds.dark, grounds.light]);
});
