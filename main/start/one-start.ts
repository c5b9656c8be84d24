/** @file One start a home: a second one finds the first through a socket in the home that only the same user can open, and asks it to show itself. */

import { createHash } from 'node:crypto';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeState } from '../platform/state-file';

/** What the first start does for a second one: it shows a window, or tells the address to open. */
export type Shown = { window: true } | { url: string };

/** Systems take paths of sockets up to about this long. */
const longestPath = 100;
const answerMs = 5_000;

export function socketOf(home: string, platform: NodeJS.Platform = process.platform): string {
  const name = `genoise-${createHash('sha256').update(home).digest('hex').slice(0, 16)}`;
  if (platform === 'win32') return `\\\\.\\pipe\\${name}`;
  const path = join(home, 'start.sock');
  return path.length <= longestPath ? path : join(tmpdir(), `${name}-${process.getuid?.() ?? 0}.sock`);
}

/** Asks a start that is under way to show itself. -> what it did, or undefined where there is none */
export function askFirstStart(home: string): Promise<Shown | undefined> {
  return new Promise((resolve) => {
    const socket = connect(socketOf(home));
    let text = '';
    const end = (shown: Shown | undefined): void => {
      socket.destroy();
      resolve(shown);
    };
    socket.setTimeout(answerMs, () => end(undefined));
    socket.setEncoding('utf8').on('data', (part: string) => (text += part));
    socket.once('error', () => end(undefined));
    socket.once('end', () => end(shownFrom(text)));
  });
}

function shownFrom(text: string): Shown | undefined {
  try {
    const told = JSON.parse(text) as { window?: unknown; url?: unknown };
    if (told.window === true) return { window: true };
    return typeof told.url === 'string' ? { url: told.url } : undefined;
  } catch {
    return undefined;
  }
}

/** Answers later starts until it is closed. A socket that a dead start left is replaced. */
export async function answerLaterStarts(home: string, show: () => Promise<Shown>): Promise<() => Promise<void>> {
  const path = socketOf(home);
  const server: Server = createServer((socket) => {
    socket.on('error', () => undefined);
    void show().then(
      (shown) => socket.end(JSON.stringify(shown)),
      () => socket.destroy(),
    );
  });
  if (process.platform !== 'win32') await removeState(path);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  return () => new Promise((resolve) => server.close(() => resolve()));
}
