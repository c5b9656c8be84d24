/** @file Names, origins and secrets, case by case. */

import { describe, expect, test } from 'vitest';
import { cookieValues, fromOwnPage, hostRule, newSecret, sameSecret } from './access';

describe('Host headers', () => {
  const loopback = hostRule({ port: 4747 });
  test.each(['localhost:4747', 'LOCALHOST:4747', '127.0.0.1:4747', '[::1]:4747'])('%s is this server', (host) => {
    expect(loopback(host)).toBe(true);
  });
  test.each([
    undefined, '', 'localhost', '127.0.0.1', 'localhost:80', 'localhost:47470', '127.0.0.1:4748', 'evil.example:4747', 'localhost.evil.example:4747', 'evil.example',
    'localhost:4747.evil.example', 'localhost:4747@evil.example', ' localhost:4747', '127.0.0.1.nip.io:4747', '127.1:4747', '2130706433:4747', '0.0.0.0:4747', '[::]:4747', '192.168.1.5:4747', '::1:4747', '[::ffff:127.0.0.1]:4747',
  ])('%s is not', (host) => {
    expect(loopback(host)).toBe(false);
  });

  test('names that are allowed, with any port or with theirs', () => {
    const rule = hostRule({ port: 4747, allowedHosts: ['Lab.Example.org', 'localhost:8080', '[fe80::1]:9', 'fd00::5'] });
    for (const host of ['lab.example.org', 'LAB.example.org:443', 'localhost:8080', 'localhost:4747', '[fe80::1]:9', '[fd00::5]:77']) expect(rule(host), host).toBe(true);
    for (const host of ['example.org', 'xlab.example.org', 'lab.example.org.evil', 'localhost:8081', '[fe80::1]:10', 'lab.example.org:x']) expect(rule(host), host).toBe(false);
  });

  test('an address that is listened on; all addresses mean those of the machine', () => {
    const one = hostRule({ port: 1, host: '10.0.0.7', addresses: ['10.0.0.7', '10.9.9.9'] });
    expect([one('10.0.0.7:1'), one('10.9.9.9:1'), one('10.0.0.7:2')]).toEqual([true, false, false]);
    const all = hostRule({ port: 1, host: '0.0.0.0', addresses: ['10.0.0.7', 'fe80::2'] });
    expect([all('10.0.0.7:1'), all('[fe80::2]:1'), all('0.0.0.0:1'), all('10.0.0.8:1'), all('gpu.example:1')]).toEqual([true, true, false, false, false]);
  });

  test('at port 80 browsers send the name alone', () => {
    const rule = hostRule({ port: 80 });
    expect([rule('localhost'), rule('[::1]'), rule('evil.example')]).toEqual([true, true, false]);
  });
});

describe('where a request comes from', () => {
  const host = '127.0.0.1:4747';
  test.each([
    [{}],
    [{ origin: `http://${host}` }],
    [{ origin: `https://${host}` }],
    [{ origin: `http://${host}`, 'sec-fetch-site': 'same-origin' }],
    [{ 'sec-fetch-site': 'none' }],
    [{ 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }],
  ])('%j is our page or none', (headers) => {
    expect(fromOwnPage({ host, ...headers })).toBe(true);
  });
  test.each([
    [{ origin: 'null' }],
    [{ origin: '' }],
    [{ origin: 'http://evil.example' }],
    [{ origin: 'http://127.0.0.1:8888' }],
    [{ origin: 'http://127.0.0.1' }],
    [{ origin: `http://${host}.evil.example` }],
    [{ origin: `http://evil.example/${host}` }],
    [{ origin: `ftp://${host}` }],
    [{ origin: `http://${host}, http://evil.example` }],
    [{ 'sec-fetch-site': 'cross-site' }],
    [{ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }],
    [{ 'sec-fetch-site': 'same-site' }],
    [{ 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' }],
    [{ 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' }],
    [{ origin: 'http://127.0.0.1:8888', 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }],
  ])('%j is another', (headers) => {
    expect(fromOwnPage({ host, ...headers })).toBe(false);
  });
});

test('secrets have 256 bits, differ, and only the whole one is the same', () => {
  const secrets = Array.from({ length: 50 }, newSecret);
  expect(new Set(secrets).size).toBe(50);
  for (const secret of secrets) expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
  const [one, other] = secrets;
  expect(sameSecret(one, one)).toBe(true);
  for (const wrong of [other, '', one.slice(0, -1), `${one}x`, one.toUpperCase(), `${one}\0`]) expect(sameSecret(wrong, one)).toBe(false);
});

test('cookies are found by their whole name', () => {
  expect(cookieValues('a=1; genoise-1=x; genoise-10=y;genoise-1=z; xgenoise-1=w', 'genoise-1')).toEqual(['x', 'z']);
  expect(cookieValues(undefined, 'genoise-1')).toEqual([]);
});
