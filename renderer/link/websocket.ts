/** @file A channel to a served lab: frames over the WebSocket of the page's own origin. */

import type { Channel } from '../../preload/contract/channel';
import { LabError } from '../../preload/contract/errors';
import { decodeFrame, encodeFrame } from '../../preload/contract/frame';

/**
 * @param url ws: or wss:
 * @param page its server's page, asked for the reason when the socket is refused: a browser doesn't tell it
 * @throws LabError 'page-unknown' where the server no longer knows this browser; Error when the socket can't be opened
 */
export function openSocket(url: string, page?: string): Promise<Channel> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url);
    socket.binaryType = 'arraybuffer';
    let onMessage: (message: unknown) => void = () => undefined;
    let onClose: () => void = () => undefined;
    let opened = false;
    socket.addEventListener('open', () => {
      opened = true;
      resolve({
        send: (message) => {
          if (socket.readyState !== WebSocket.OPEN) return 0;
          const frame = encodeFrame(message);
          socket.send(frame);
          return frame.length;
        },
        onMessage: (listener) => void (onMessage = listener),
        onClose: (listener) => void (onClose = listener),
        close: () => socket.close(),
      });
    });
    socket.addEventListener('message', ({ data }: MessageEvent<string | ArrayBuffer>) => onMessage(decodeFrame(typeof data === 'string' ? data : new Uint8Array(data))));
    socket.addEventListener('close', () => {
      if (opened) onClose();
      else void isUnknown(page).then((unknown) => reject(unknown ? new LabError('page-unknown', {}) : new Error('the socket was refused')));
    });
  });
}

async function isUnknown(page: string | undefined): Promise<boolean> {
  if (page === undefined) return false;
  const answer = await fetch(page, { cache: 'no-store' }).catch(() => undefined);
  // Read to its end: what is left unread is told as a failure by browsers.
  await answer?.text().catch(() => undefined);
  return answer?.status === 401;
}

/** The socket of the page's own server. */
export const socketUrl = ({ protocol, host }: Location): string => `${protocol === 'https:' ? 'wss:' : 'ws:'}//${host}/socket`;
