/** @file Who is let in, on every route: names, origins, tokens; and what every answer says of itself. */

import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { contractVersion } from '../../preload/contract/channel';
import { labErrorOf, scratchFolder } from '../../e2e/harness/scratch';
import { openDesk, type Desk } from '../lab/desk';
import type { Lab } from '../lab/lab';
import { startServer, type Served } from './server';

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

let folder: string;
let desk: Desk;
let served: Served;
let host: string;
let cookie: string;
const logged: { level: string; message: string; fields?: Record<string, unknown> }[] = [];

/** By hand, as clients that are no browsers do: any header, any path. */
function ask(method: string, path: string, headers: Record<string, string> = {}, body?: string, port = served.port): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port, method, path, setHost: false, headers: { Connection: 'close', ...headers } }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
    });
    request.on('error', reject);
    request.end(body);
  });
}

/** As a browser would send it back. */
const cookieOf = ({ headers }: Answer): string => (headers['set-cookie'] ?? [])[0]?.split(';')[0] ?? '';

/** -> the status that refused the socket, or 101. */
function knock(path: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${served.port}${path}`, { headers });
    socket.on('unexpected-response', (_request, { statusCode }) => resolve(statusCode ?? 0));
    socket.on('open', () => {
      socket.close();
      resolve(101);
    });
    socket.on('error', () => undefined);
  });
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'genoise-serve-'));
  const pageFolder = join(folder, 'page');
  mkdirSync(join(pageFolder, 'assets'), { recursive: true });
  for (const [name, text] of [['index.html', '<!doctype html><title>Genoise</title>'], ['assets/index-a1.js', 'export {};'], ['assets/index-a1.css', 'body {}'], ['assets/inter.woff2', 'x'], ['assets/secret.map', '{}'], ['icon.svg', '<svg/>']]) writeFileSync(join(pageFolder, name), text);
  writeFileSync(join(folder, 'outside.json'), '{"outside":true}');
  const lab: Lab = { home: join(folder, 'home'), call: () => Promise.reject(new Error('no process here')), close: async () => undefined };
  desk = openDesk({ home: lab.home, openLab: () => lab, log: { write: (level, message, fields) => void logged.push({ level, message, fields }), flush: async () => undefined, close: async () => undefined } });
  served = await startServer({ desk, port: 0, pageFolder });
  host = `127.0.0.1:${served.port}`;
  const login = await ask('GET', new URL(served.url).pathname + new URL(served.url).search, { Host: host });
  cookie = cookieOf(login);
});
afterAll(async () => {
  await served.close();
  await desk.close();
  rmSync(folder, { recursive: true, force: true });
});

/** All that the server answers to; each new route belongs here. */
const routes: [method: string, path: string][] = [
  ['GET', '/'],
  ['HEAD', '/'],
  ['GET', '/index.html'],
  ['GET', '/assets/index-a1.js'],
  ['GET', '/assets/index-a1.css'],
  ['GET', '/assets/inter.woff2'],
  ['GET', '/icon.svg'],
  ['GET', '/nothing'],
  ['GET', '/socket'],
  ['PUT', '/upload/0123/digits/a.png'],
  ['POST', '/upload/0123/digits/a.png'],
  ['GET', '/download/0123'],
  ['POST', '/'],
  ['OPTIONS', '/'],
  ['DELETE', '/download/0123'],
];

describe('every route refuses', () => {
  test.each(routes)('%s %s: names that are not ours (403), cookie or not', async (method, path) => {
    for (const name of ['evil.example', `evil.example:${served.port}`, `localhost:${served.port + 1}`, 'localhost', `127.0.0.1.nip.io:${served.port}`, `0.0.0.0:${served.port}`]) {
      for (const headers of [{}, { Cookie: cookie }] as Record<string, string>[]) expect((await ask(method, path, { Host: name, ...headers })).status, `${name} ${JSON.stringify(headers)}`).toBe(403);
    }
    expect((await ask(method, path, { Cookie: cookie })).status, 'no name at all').toBe(403);
  });

  test.each(routes)('%s %s: other origins (403), cookie or not', async (method, path) => {
    for (const from of [{ Origin: 'null' }, { Origin: 'https://evil.example' }, { Origin: `http://localhost:${served.port}` }, { Origin: 'http://127.0.0.1:8888' }, { 'Sec-Fetch-Site': 'cross-site' }, { 'Sec-Fetch-Site': 'same-site' }] as Record<string, string>[]) {
      for (const headers of [{}, { Cookie: cookie }] as Record<string, string>[]) expect((await ask(method, path, { Host: host, ...from, ...headers })).status, JSON.stringify(from)).toBe(403);
    }
  });

  test.each(routes)('%s %s: no token and wrong ones (401)', async (method, path) => {
    const [name = '', value = ''] = cookie.split('=');
    const wrong = `${value.slice(0, -1)}${value.endsWith('A') ? 'B' : 'A'}`;
    const token = new URL(served.url).searchParams.get('token') ?? '';
    for (const given of ['', `${name}=`, `${name}=${wrong}`, `${name}=${token}`, `other=${value}`, `${name}x=${value}`, `genoise=${value}`]) {
      const answer = await ask(method, path, { Host: host, Cookie: given });
      expect(answer.status, given).toBe(401);
      expect(answer.headers['set-cookie']).toBeUndefined();
    }
    for (const query of ['?token=', '?token=x', `?token=${token.slice(0, -1)}`, `?token=${token}x`, `?token=${value}`, `?Token=${token}`]) {
      const answer = await ask(method, path + query, { Host: host });
      expect(answer.status, query).toBe(401);
      expect(answer.headers['set-cookie']).toBeUndefined();
    }
    expect((await ask(method, path, { Host: host, Authorization: `Bearer ${token}` })).status).toBe(401);
  });

  test('a wrong token, even with a good cookie', async () => {
    expect((await ask('GET', '/?token=x', { Host: host, Cookie: cookie })).status).toBe(401);
  });

  test.each([
    ['evil.example', 403],
    ['127.0.0.1', 403],
    ['own', 101],
  ])('the socket by the name %s', async (name, status) => {
    expect(await knock('/socket', { Host: name === 'own' ? host : name, Cookie: cookie })).toBe(status);
  });

  test('the socket by no name at all', async () => {
    const upgrade = { Upgrade: 'websocket', 'Sec-WebSocket-Version': '13', 'Sec-WebSocket-Key': Buffer.alloc(16).toString('base64'), Cookie: cookie, Connection: 'Upgrade' };
    expect((await ask('GET', '/socket', upgrade)).status).toBe(403);
  });

  test('the socket from other origins, without and with wrong tokens, elsewhere', async () => {
    for (const origin of ['null', 'https://evil.example', 'http://127.0.0.1:8888', `http://localhost:${served.port}`]) expect(await knock('/socket', { Origin: origin, Cookie: cookie }), origin).toBe(403);
    expect(await knock('/socket', { Origin: `http://${host}` })).toBe(401);
    expect(await knock('/socket', { Cookie: `${cookie}x` })).toBe(401);
    const token = new URL(served.url).searchParams.get('token') ?? '';
    expect(await knock(`/socket?token=${token}`, {})).toBe(401);
    expect(await knock('/', { Cookie: cookie })).toBe(404);
    expect(await knock('/socket', { Origin: `http://${host}`, Cookie: cookie })).toBe(101);
  });
});

describe('login', () => {
  test('the token opens once and is gone from the address; what else the address says stays', async () => {
    const { search } = new URL(served.url);
    const answer = await ask('GET', `/${search}&page=latent`, { Host: host });
    expect(answer.status).toBe(303);
    expect(answer.headers.location).toBe('/?page=latent');
    const [set] = answer.headers['set-cookie'] ?? [];
    expect(set).toMatch(new RegExp(`^genoise-${served.port}-[0-9a-f]{8}=[\\w-]{43}; HttpOnly; SameSite=Strict; Path=/$`));
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.headers['referrer-policy']).toBe('no-referrer');
    expect(JSON.stringify([answer.headers.location, set, answer.body])).not.toContain(search.slice('?token='.length));
    expect(search.slice('?token='.length)).toMatch(/^[\w-]{43}$/);
  });

  test('it redirects nowhere else', async () => {
    const { search } = new URL(served.url);
    for (const path of [`//evil.example/${search}`, `/\\evil.example/${search}`, `/assets/index-a1.js${search}`, `http://evil.example/${search}`]) {
      const answer = await ask('GET', path, { Host: host });
      expect([400, 401], path).toContain(answer.status);
      expect(answer.headers.location).toBeUndefined();
    }
  });

  test('the log never has the token', () => {
    expect(logged.length).toBeGreaterThan(50);
    expect(JSON.stringify(logged)).not.toContain(new URL(served.url).searchParams.get('token'));
  });
});

describe('answers', () => {
  test('the page comes with its policy, and every file with its type', async () => {
    const types: [string, string][] = [
      ['/', 'text/html; charset=utf-8'],
      ['/assets/index-a1.js', 'text/javascript; charset=utf-8'],
      ['/assets/index-a1.css', 'text/css; charset=utf-8'],
      ['/assets/inter.woff2', 'font/woff2'],
      ['/icon.svg', 'image/svg+xml'],
    ];
    for (const [path, type] of types) {
      const { status, headers } = await ask('GET', path, { Host: host, Cookie: cookie });
      expect([path, status, headers['content-type']]).toEqual([path, 200, type]);
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['referrer-policy']).toBe('no-referrer');
      expect(headers['cross-origin-opener-policy']).toBe('same-origin');
      expect(headers['cross-origin-resource-policy']).toBe('same-origin');
      expect(String(headers['content-security-policy']).split('; ')).toEqual([
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' blob: data:", "font-src 'self'", `connect-src 'self' ws://${host} wss://${host}`,
        "worker-src 'self'", "manifest-src 'self'", "object-src 'none'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
      ]);
    }
    expect((await ask('GET', '/', { Host: host, Cookie: cookie })).headers['cache-control']).toBe('no-store');
  });

  test.each(['/../outside.json', '/assets/../../outside.json', '/%2e%2e/outside.json', '/..%2foutside.json', '/..%5coutside.json', '/assets/%00.js', '/assets/secret.map', '/assets', '/assets/', '/.git/config', '//outside.json', '/C:/outside.json'])('%s is not the page’s', async (path) => {
    const { status, body } = await ask('GET', path, { Host: host, Cookie: cookie });
    expect([400, 404]).toContain(status);
    expect(body).not.toContain('outside"');
  });

  test('refusals speak the language of the browser', async () => {
    expect((await ask('GET', '/', { Host: host, 'Accept-Language': 'fr-CH, fr;q=0.9, en;q=0.8' })).body).toMatch(/^Genoise ne connaît pas/);
    expect((await ask('GET', '/', { Host: host, 'Accept-Language': 'de, en;q=0.8, fr;q=0.5' })).body).toMatch(/^Genoise does not know/);
    expect((await ask('GET', '/', { Host: host })).body).toMatch(/^Genoise does not know/);
  });

  test('methods that a route does not have', async () => {
    for (const [method, path] of [['POST', '/'], ['PUT', '/'], ['GET', '/upload/1/a'], ['HEAD', '/download/1']]) expect((await ask(method, path, { Host: host, Cookie: cookie })).status, `${method} ${path}`).toBe(405);
  });
});

describe('files', () => {
  test('one that was uploaded stands whole in its folder; a bad path is refused in words', async () => {
    const id = await desk.uploads.begin();
    const put = (path: string, body: string, headers = {}) => ask('PUT', `/upload/${id}/${path}`, { Host: host, Cookie: cookie, Origin: `http://${host}`, ...headers }, body);
    expect((await put('digits/%C3%A9t%C3%A9%20%231.png', 'abc')).status).toBe(204);
    expect((await put('digits/b.png', 'de')).status).toBe(204);
    expect(desk.uploads.state(id)).toEqual({ files: 2, bytes: 5 });
    const names = await desk.uploads.use(id, async (path) => readdirSync(path).sort());
    expect(names).toEqual(['b.png', 'été #1.png']);
    for (const [path, code] of [['%2Fetc%2Fx', 'upload-path-refused'], ['a%2F..%2F..%2Fx', 'upload-path-refused'], ['%E0%A4%A', 'upload-path-refused'], ['DIGITS/b.png', 'upload-collision']]) {
      const answer = await put(path, 'x');
      expect([answer.status, (JSON.parse(answer.body) as { error: { code: string } }).error.code], path).toEqual([422, code]);
    }
    expect((await ask('PUT', '/upload/none/a', { Host: host, Cookie: cookie }, 'x')).status).toBe(404);
    await desk.uploads.discard(id);
  });

  test('one that is cut off leaves nothing behind', async () => {
    const id = await desk.uploads.begin();
    await new Promise<void>((resolve) => {
      const request = httpRequest({ host: '127.0.0.1', port: served.port, method: 'PUT', path: `/upload/${id}/a.bin`, headers: { Host: host, Cookie: cookie, 'Content-Length': '1000000' } });
      request.on('error', () => resolve());
      request.write('begun');
      setTimeout(() => request.destroy(), 100);
      request.on('close', () => resolve());
    });
    await expect.poll(() => desk.uploads.state(id)).toEqual({ files: 0, bytes: 0 });
    expect((await labErrorOf(desk.uploads.use(id, async () => 1))).code).toBe('folder-empty');
    await desk.uploads.discard(id);
  });

  test('one that was made for the page is fetched once, as an attachment under its name', async () => {
    const { download } = await desk.downloads.offer('"été" 100%.html', async (path) => writeFileSync(path, '<script>alert(1)</script>'));
    const first = await ask('GET', `/download/${download}`, { Host: host, Cookie: cookie });
    expect(first.status).toBe(200);
    expect(first.body).toBe('<script>alert(1)</script>');
    expect(first.headers['content-disposition']).toBe("attachment; filename=\"_t_- 100_.html\"; filename*=UTF-8''%C3%A9t%C3%A9-%20100%25.html");
    expect(first.headers['content-type']).toBe('application/octet-stream');
    expect(first.headers['content-security-policy']).toBe("default-src 'none'; sandbox");
    expect((await ask('GET', `/download/${download}`, { Host: host, Cookie: cookie })).status).toBe(404);
  });
});

describe('servers', () => {
  test('two on one home do not know each other’s cookies, and a taken port is said', async () => {
    const other = await startServer({ desk, port: 0, pageFolder: join(folder, 'page') });
    try {
      expect((await ask('GET', '/', { Host: `127.0.0.1:${other.port}`, Cookie: cookie }, undefined, other.port)).status).toBe(401);
      expect(other.url).not.toContain(new URL(served.url).search);
      const taken = await labErrorOf(startServer({ desk, port: other.port, pageFolder: join(folder, 'page') }));
      expect(taken.toJSON()).toEqual({ code: 'port-taken', params: { port: String(other.port) } });
    } finally {
      await other.close();
    }
  });

  test('closing ends the pages that are there', async () => {
    const other = await startServer({ desk, port: 0, pageFolder: join(folder, 'page') });
    const own = `127.0.0.1:${other.port}`;
    const login = await ask('GET', `/${new URL(other.url).search}`, { Host: own }, undefined, other.port);
    const socket = new WebSocket(`ws://${own}/socket`, { headers: { Cookie: cookieOf(login) } });
    const heard = new Promise((resolve) => socket.once('message', (data) => resolve(JSON.parse((data as Buffer).toString()))));
    await new Promise((resolve) => socket.once('open', resolve));
    socket.send(JSON.stringify({ hello: { version: contractVersion } }));
    expect(await heard).toMatchObject({ welcome: { version: contractVersion } });
    const gone = new Promise((resolve) => socket.once('close', resolve));
    await other.close();
    expect(await gone).toBe(1001);
    await expect(ask('GET', '/', { Host: own }, undefined, other.port)).rejects.toThrow('ECONNREFUSED');
  });

  test('a page that was never built and an address that is not ours are said', async () => {
    expect((await labErrorOf(startServer({ desk, port: 0, pageFolder: scratchFolder() }))).code).toBe('page-not-built');
    expect((await labErrorOf(startServer({ desk, port: 0, host: '203.0.113.7', pageFolder: join(folder, 'page') }))).code).toBe('address-unusable');
  });
});
