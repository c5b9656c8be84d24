/** @file A port to a page as the lab's connection sees it. */

import type { MessagePortMain } from 'electron';
import type { Channel } from '../../preload/contract/channel';

/** What Electron keeps a message in besides its content, about. */
const envelopeBytes = 64;

/** Bytes that a structured clone of `message` takes, about: what the connection counts against its limit. */
export function weightOf(message: unknown): number {
  if (ArrayBuffer.isView(message)) return message.byteLength;
  if (typeof message === 'string') return message.length;
  if (Array.isArray(message)) return message.reduce((sum: number, part) => sum + weightOf(part), 8);
  if (message !== null && typeof message === 'object') return Object.entries(message).reduce((sum, [key, part]) => sum + key.length + weightOf(part), 8);
  return 8;
}

export function portChannel(port: MessagePortMain): Channel {
  let open = true;
  const closers: (() => void)[] = [];
  const closed = (): void => {
    if (!open) return;
    open = false;
    for (const close of closers.splice(0)) close();
  };
  port.on('close', closed);
  return {
    send: (message) => {
      if (!open) return 0;
      port.postMessage(message);
      return weightOf(message) + envelopeBytes;
    },
    onMessage: (listener) => {
      port.on('message', ({ data }) => listener(data));
      port.start();
    },
    onClose: (listener) => {
      if (open) closers.push(listener);
      else listener();
    },
    close: () => {
      port.close();
      closed();
    },
  };
}
