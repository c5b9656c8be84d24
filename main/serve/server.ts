/** @file The lab in a browser: the built page and the contract over a WebSocket, for whoever holds the token. */

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { hostname, networkInterfaces } from 'node:os';
import { pipeline } from 'node:stream/promises';
import { WebSocketServer } from 'ws';
import { LabError } from '../../preload/contract/errors';
import { handlersOf } from '../lab/calls/handlers';
import { serveConnection } from '../lab/connection';
import type { Desk } from '../lab/desk';
import { clock } from '../platform/clock';
import { cookieValues, fromOwnPage, hostRule, newSecret, sameSecret } from './access';
import { downloadPrefix, sendDownload } from './downloads';
import { pageFile, safetyHeaders, servedPolicy } from './page-files';
import { refusalText } from './refusal';
import { socketChannel } from './socket-channel';
import { takeUpload, uploadPrefix } from './uploads';

export interface ServerOptions {
  desk: Desk;
  /** 0: any free one. */
  port: number;
  /** Loopback unless given: the address to listen on. */
  host?: string;
  /** Names beside loopback's that the server may be called by: `NAME`, or `NAME:PORT`. */
  allowedHosts?: readonly string[];
  /** The built page: out/renderer. */
  pageFolder: string;
}

export interface Served {
  /** With the token: whoever opens it is let in. */
  url: string;
  port: number;
  /** The address with a token that lets one browser in, once, within a minute: what a program may stand with in the list of processes. */
  urlForOnce(): string;
  /** Ends all connections. The desk goes on. */
  close(): Promise<void>;
}

/** How long a token for once is good. */
const onceMs = 60_000;
/** The largest message that a page may send: an image to encode, a batch of latents. */
const maxMessageBytes = 64 * 2 ** 20;
export const socketPath = '/socket';

/** @throws LabError 'port-taken', 'address-unusable', 'page-not-built' */
export async function startServer({ desk, port: wanted, host, allowedHosts, pageFolder }: ServerOptions): Promise<Served> {
  const { log } = desk;
  const index = pageFile(pageFolder, '/');
  if (!index || !(await stat(index.path).catch(() => null))) throw new LabError('page-not-built', { path: pageFolder });
  const token = newSecret();
  const session = newSecret();
  const once = openOnce();
  const handlers = handlersOf(desk);
  const http = createServer({ requireHostHeader: false });
  // A large file over a slow line takes as long as it takes; silence ends it (uploads.ts).
  http.requestTimeout = 0;
  const port = await listen(http, wanted, host ?? '127.0.0.1');
  const isOurs = hostRule({ port, host, addresses: ownAddresses(), allowedHosts });
  // Two servers on one name, be it through tunnels, must not overwrite each other's.
  const place = createHash('sha256').update(`${hostname()}\0${desk.lab.home}`).digest('hex').slice(0, 8);
  const cookie = `genoise-${port}-${place}`;

  const isKnown = ({ headers }: IncomingMessage): boolean => cookieValues(headers.cookie, cookie).some((value) => sameSecret(value, session));

  /** Why a request is refused, or its address. */
  const admit = (request: IncomingMessage): { url: URL; known: boolean } | { refused: 400 | 403 } => {
    if (!isOurs(request.headers.host)) return { refused: 403 };
    if (!fromOwnPage(request.headers)) return { refused: 403 };
    const url = request.url?.startsWith('/') ? URL.parse(request.url, 'http://genoise.invalid') : null;
    if (!url || url.host !== 'genoise.invalid') return { refused: 400 };
    return { url, known: isKnown(request) };
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const refuse = (status: 400 | 401 | 403 | 404 | 405): void => {
      log.write('info', 'a request was refused', { status, method: request.method, path: request.url?.split('?')[0], host: request.headers.host, origin: request.headers.origin });
      const text = refusalText(status, request.headers['accept-language']);
      response.writeHead(status, { ...safetyHeaders, 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store', 'Content-Security-Policy': "default-src 'none'", Connection: 'close' });
      response.end(request.method === 'HEAD' ? undefined : text);
    };
    const admitted = admit(request);
    if ('refused' in admitted) return refuse(admitted.refused);
    const { url, known } = admitted;
    const given = url.searchParams.get('token');
    if (given !== null) {
      if (request.method !== 'GET' || url.pathname !== '/' || !(sameSecret(given, token) || once.use(given))) return refuse(401);
      url.searchParams.delete('token');
      response.writeHead(303, { ...safetyHeaders, 'Set-Cookie': `${cookie}=${session}; HttpOnly; SameSite=Strict; Path=/`, Location: url.pathname + url.search, 'Cache-Control': 'no-store' });
      response.end();
      return;
    }
    if (!known) return refuse(401);
    if (url.pathname.startsWith(uploadPrefix)) return request.method === 'PUT' ? takeUpload(request, response, url.pathname, desk.uploads, log, safetyHeaders) : refuse(405);
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405);
    if (url.pathname.startsWith(downloadPrefix)) {
      if (request.method !== 'GET') return refuse(405);
      if (!(await sendDownload(response, url.pathname, desk.downloads, safetyHeaders))) refuse(404);
      return;
    }
    const file = pageFile(pageFolder, url.pathname);
    const found = file ? await stat(file.path).catch(() => null) : null;
    if (!file || !found?.isFile()) return refuse(404);
    response.writeHead(200, {
      ...safetyHeaders,
      'Content-Security-Policy': servedPolicy(request.headers.host ?? ''),
      'Content-Type': file.type,
      'Content-Length': found.size,
      'Cache-Control': file.hashed ? 'private, max-age=31536000, immutable' : 'no-store',
    });
    if (request.method === 'HEAD') response.end();
    else await pipeline(createReadStream(file.path), response);
  };

  http.on('request', (request, response) => {
    answer(request, response).catch((caught: unknown) => {
      // A reader that went away in the middle is no fault.
      if (!request.destroyed || !response.destroyed) log.write('error', 'a request failed', { error: caught });
      response.destroy();
    });
  });

  // A promise that nobody waited for is a fault of ours: it is logged, but the pages and trainings of others go on.
  const onRejection = (reason: unknown): void => log.write('error', 'a promise was rejected that nobody waited for', { error: reason });
  process.on('unhandledRejection', onRejection);

  const sockets = new WebSocketServer({ noServer: true, maxPayload: maxMessageBytes, perMessageDeflate: false });
  http.on('upgrade', (request, stream, head) => {
    const admitted = admit(request);
    const status = 'refused' in admitted ? admitted.refused : !admitted.known ? 401 : admitted.url.pathname !== socketPath ? 404 : undefined;
    if (status !== undefined) {
      log.write('info', 'a socket was refused', { status, path: request.url?.split('?')[0], host: request.headers.host, origin: request.headers.origin });
      stream.on('error', () => undefined);
      stream.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    sockets.handleUpgrade(request, stream, head, (socket) => serveConnection(socketChannel(socket, log), { handlers, log }));
  });

  return {
    url: `http://${addressOf(host)}:${port}/?token=${token}`,
    port,
    urlForOnce: () => `http://${addressOf(host)}:${port}/?token=${once.give()}`,
    async close() {
      process.off('unhandledRejection', onRejection);
      for (const socket of sockets.clients) socket.close(1001);
      const closed = new Promise<void>((resolve) => http.close(() => resolve()));
      sockets.close();
      // A page that doesn't answer the farewell is not waited for.
      const last = setTimeout(() => {
        for (const socket of sockets.clients) socket.terminate();
        http.closeAllConnections();
      }, 500);
      await closed;
      clearTimeout(last);
    },
  };
}

/** Tokens that are good once. */
function openOnce(): { give(): string; use(given: string): boolean } {
  const given = new Map<string, number>();
  const digest = (secret: string): string => createHash('sha256').update(secret).digest('hex');
  return {
    give() {
      const secret = newSecret();
      given.set(digest(secret), clock.monotonicMs() + onceMs);
      return secret;
    },
    use(secret) {
      const key = digest(secret);
      const until = given.get(key);
      given.delete(key);
      return until !== undefined && clock.monotonicMs() < until;
    },
  };
}

function listen(http: ReturnType<typeof createServer>, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    http.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') reject(new LabError('port-taken', { port: String(port) }, { cause: error }));
      else reject(new LabError('address-unusable', { host, port: String(port), reason: error.code ?? error.message }, { cause: error }));
    });
    http.listen(port, host, () => {
      http.removeAllListeners('error');
      const address = http.address();
      resolve(typeof address === 'object' && address ? address.port : port);
    });
  });
}

const ownAddresses = (): string[] => Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map(({ address }) => address));

/** How the address of the server is best written. */
function addressOf(host: string | undefined): string {
  if (host === undefined) return '127.0.0.1';
  if (host === '0.0.0.0' || host === '::') return Object.values(networkInterfaces()).flat().find((one) => one && !one.internal && one.family === 'IPv4')?.address ?? '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
