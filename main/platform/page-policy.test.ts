/** @file One policy of the page: strict, the same in both hosts but for the server's own sockets, and in no other place. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { servedPolicy } from '../serve/page-files';
import { pagePolicy } from './page-policy';

const directives = (policy: string): Record<string, string[]> => Object.fromEntries(policy.split('; ').map((one) => one.split(' ')).map(([name, ...sources]) => [name, sources]));

test('nothing foreign gets in, nothing is evaluated, nothing frames the page', () => {
  expect(pagePolicy()).not.toMatch(/unsafe|https?:|wss?:|\*/);
  expect(directives(pagePolicy())).toMatchObject({ 'default-src': ["'none'"], 'script-src': ["'self'"], 'style-src': ["'self'"], 'connect-src': ["'self'"], 'object-src': ["'none'"], 'base-uri': ["'none'"], 'form-action': ["'none'"], 'frame-ancestors': ["'none'"] });
});

test('a served page may reach the sockets of its own server beside that, and nothing else', () => {
  const { 'connect-src': sockets, ...served } = directives(servedPolicy('127.0.0.1:4747'));
  const { 'connect-src': own, ...desktop } = directives(pagePolicy());
  expect(served).toEqual(desktop);
  expect(sockets).toEqual([...own, 'ws://127.0.0.1:4747', 'wss://127.0.0.1:4747']);
});

test('the page brings no policy of its own, which could only differ', () => {
  expect(readFileSync(join(import.meta.dirname, '..', '..', 'renderer', 'index.html'), 'utf8')).not.toMatch(/Content-Security-Policy/i);
});
