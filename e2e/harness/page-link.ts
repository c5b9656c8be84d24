/** @file A page's own link to a served lab, without a browser: its client over its channel, let in by the address with the token, over a line that can be cut. */

import { connect, createServer, type Socket } from 'node:net';
import { WebSocket } from 'ws';
import { openClient, type Client, type LinkState } from '../../renderer/link/client';
import { openSocket } from '../../renderer/link/websocket';

/** -> the cookie that the address with its token is answered by */
export async function loginCookie(url: string): Promise<string> {
  const { headers } = await fetch(url, { redirect: 'manual' });
  const cookie = headers.get('set-cookie')?.split(';')[0];
  if (!cookie) throw new Error(`no cookie from ${new URL(url).origin}`);
  return cookie;
}

/** A line to a port of this machine, all of whose connections can be cut at once. */
export async function openLine(port: number): Promise<{ port: number; cut(): number; close(): Promise<void> }> {
  const open = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    for (const socket of [near, far]) {
      open.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        open.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const cut = (): number => {
    const count = open.size / 2;
    for (const socket of open) socket.destroy();
    return count;
  };
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    cut,
    close: () => {
      cut();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

export interface PageLink extends Client {
  state(): LinkState;
  /** How often it was welcomed. */
  welcomes(): number;
}

/** @param line the port to dial, where it is another than the server's own */
export async function openPageLink(url: string, line?: number): Promise<PageLink> {
  const { host, port } = new URL(url);
  const cookie = await loginCookie(url);
  // The page's channel takes the browser's WebSocket: here it is one that brings the cookie along, as a browser does.
  class WithCookie extends WebSocket {
    constructor(address: string) {
      super(address, { headers: { Cookie: cookie, Host: host, Origin: `http://${host}` } });
      // A browser tells its page by 'close' alone.
      this.on('error', () => undefined);
    }
  }
  Object.assign(globalThis, { WebSocket: WithCookie });
  let state: LinkState = { at: 'connecting' };
  let welcomes = 0;
  const client = openClient({
    open: () => openSocket(`ws://127.0.0.1:${line ?? port}/socket`),
    onState: (now) => {
      state = now;
      if (now.at === 'open') welcomes += 1;
    },
  });
  return { ...client, state: () => state, welcomes: () => welcomes };
}
