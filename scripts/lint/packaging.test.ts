/** @file The packaged application is not weaker than stated: its fuses are these, native code lies beside the archive, and what runs is in it. */

import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
interface Configuration {
  electronFuses: Record<string, boolean>;
  asar: boolean;
  asarUnpack: string[];
  files: string[];
  appId: string;
  linux: { target: string[]; icon: string };
  mac: { target: string[]; icon: string };
  win: { target: string[]; icon: string };
}
const { default: config } = (await import(pathToFileURL(join(root, 'electron-builder.config.mjs')).href)) as { default: Configuration };
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { main: string; scripts: Record<string, string>; dependencies: Record<string, string> };

test('the fuses are these and no others', () => {
  expect(config.electronFuses).toEqual({
    runAsNode: false,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableCookieEncryption: true,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    loadBrowserProcessSpecificV8Snapshot: false,
    grantFileProtocolExtraPrivileges: false,
  });
  expect(config.asar).toBe(true);
});

test('AppImage, deb, dmg and nsis, by a pinned builder', () => {
  expect([config.linux.target, config.mac.target, config.win.target]).toEqual([['AppImage', 'deb'], ['dmg'], ['nsis']]);
  expect(manifest.scripts['dist']).toMatch(/electron-builder@\d+\.\d+\.\d+ /);
  for (const icon of [config.linux.icon, config.mac.icon, config.win.icon]) expect(existsSync(join(root, icon)), icon).toBe(true);
});

/** Folders of the installed packages that the product needs at run time, with those that they need. */
function productPackages(): string[] {
  const listed = execFileSync('npm', ['ls', '--omit=dev', '--omit=optional', '--all', '--parseable'], { cwd: root, encoding: 'utf8', shell: process.platform === 'win32', stdio: ['ignore', 'pipe', 'ignore'] });
  return listed.split('\n').filter((path) => path.includes('node_modules'));
}

test('every package with native code lies beside the archive', () => {
  const folders = productPackages();
  expect(folders.length).toBeGreaterThan(20);
  const native = [...folders, join(root, 'node_modules', '@img')].filter((folder) => existsSync(folder) && readdirSync(folder, { recursive: true, encoding: 'utf8' }).some((file) => file.endsWith('.node')));
  const names = [...new Set(native.map((folder) => relative(root, folder).split(sep).join('/')))];
  expect(names).toContain('node_modules/onnxruntime-node');
  expect(names).toContain('node_modules/@img');
  const outside = config.asarUnpack.map((pattern) => pattern.replace(/\/\*\*$/, ''));
  expect(names.filter((name) => !outside.some((folder) => name === folder || name.startsWith(`${folder}/`)))).toEqual([]);
});

test('what runs is packed: the built entries, the starter runs, the window\'s icon', () => {
  const packed = config.files.filter((pattern) => !pattern.startsWith('!'));
  const covers = (path: string) => packed.some((pattern) => pattern === path || (pattern.endsWith('/**') && path.startsWith(pattern.slice(0, -2))));
  for (const path of ['package.json', manifest.main, 'out/main/trainer-worker.js', 'out/preload/index.cjs', 'out/renderer/index.html', 'resources/starters/starter-vae-digits/run.json']) expect(covers(path), path).toBe(true);
  const icon = /'resources', 'icons', 'linux', '(\d+x\d+\.png)'/.exec(readFileSync(join(root, 'main', 'electron', 'window.ts'), 'utf8'))?.[1] ?? '';
  expect(covers(`resources/icons/linux/${icon}`)).toBe(true);
  expect(existsSync(join(root, 'resources', 'icons', 'linux', icon))).toBe(true);
});
