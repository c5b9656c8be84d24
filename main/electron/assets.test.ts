/** @file app:// serves the page's own files and nothing else. */

import { join } from 'node:path';
import { expect, test } from 'vitest';
import { assetPath } from './assets';

const root = join('/', 'opt', 'genoise', 'renderer');

test.each([
  ['app://genoise/', join(root, 'index.html')],
  ['app://genoise/assets/index-1.js?v=2#top', join(root, 'assets', 'index-1.js')],
  ['app://genoise/assets/a%20b.css', join(root, 'assets', 'a b.css')],
  ['app://genoise/../../etc/passwd', join(root, 'etc', 'passwd')],
])('%s -> %s', (address, file) => {
  expect(assetPath(root, address)).toBe(file);
});

test.each([
  'app://other/index.html',
  'https://genoise/index.html',
  'file:///etc/passwd',
  'app://genoise/..%2f..%2fetc%2fpasswd',
  'app://genoise/%2e%2e%2f%2e%2e%2fetc/passwd',
  'app://genoise/a%00.js',
  'app://genoise/C:%5Cwindows',
  'app://genoise/%zz',
  'not an address',
])('%s is refused', (address) => {
  expect(assetPath(root, address)).toBeUndefined();
});
