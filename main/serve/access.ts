/** @file Who may speak to the server: its own page, opened with the token, from a name that is ours. Everything is refused that doesn't prove to be that. */

import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** 256 bits, as they stand in an address and a cookie. */
export const newSecret = (): string => randomBytes(32).toString('base64url');

/** Takes as long whatever `given` is. */
export function sameSecret(given: string, secret: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(secret));
}

export interface AccessOptions {
  /** The port listened on. */
  port: number;
  /** The address listened on when it isn't loopback; `0.0.0.0` and `::` stand for the machine's own addresses, `addresses`. */
  host?: string;
  /** The machine's own addresses: a number can't be rebound to another machine, as a name can. */
  addresses?: readonly string[];
  /** `NAME` for any port, `NAME:PORT` for that one. */
  allowedHosts?: readonly string[];
}

const bracketed = (address: string): string => (address.includes(':') && !address.startsWith('[') ? `[${address}]` : address);
const anyAddress = new Set(['0.0.0.0', '::']);

/** -> whether a Host header names this server. Whatever else it names may be a name that now points here: DNS rebinding. */
export function hostRule({ port, host, addresses = [], allowedHosts = [] }: AccessOptions): (given: string | undefined) => boolean {
  const own = ['localhost', '127.0.0.1', '::1', ...(host === undefined ? [] : anyAddress.has(host) ? addresses : [host])];
  const exact = new Set(own.map((name) => `${bracketed(name.toLowerCase())}:${port}`));
  const anyPort = new Set<string>();
  for (const allowed of allowedHosts) {
    const name = allowed.toLowerCase();
    if (/^[^:]+:\d+$|^\[.*\]:\d+$/.test(name)) exact.add(name);
    else anyPort.add(bracketed(name));
  }
  // Browsers leave out port 80.
  if (port === 80) for (const name of own) exact.add(bracketed(name.toLowerCase()));
  return (given) => {
    const name = given?.toLowerCase() ?? '';
    return exact.has(name) || anyPort.has(name.replace(/:\d+$/, ''));
  };
}

/** Whether the request comes from our own page or from no page at all. `headers.host` is checked already. */
export function fromOwnPage({ host, origin, ...headers }: IncomingHttpHeaders): boolean {
  if (origin !== undefined && (!host || (origin !== `http://${host}` && origin !== `https://${host}`))) return false;
  const site = headers['sec-fetch-site'];
  if (site === undefined || site === 'same-origin' || site === 'none') return true;
  // A link from another port of this machine: the page opens, nothing is lent to the page that linked.
  return site === 'same-site' && headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
}

/** The values that the request's cookies have under `name`: a page of another path may have set one more. */
export function cookieValues(header: string | undefined, name: string): string[] {
  return (header ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
}
