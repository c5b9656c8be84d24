/** @file A channel to a served lab: frames over the WebSocket of the page's own origin. */

import type { Channel } from '../../preload/contract/channel';
import { decodeFrame, encodeFrame } from '../../preload/contract/frame';

/** @param url ws: or wss: @throws Error when the socket can't be opened */
export function openSocket(url: string): Promise<Channel> {
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
      else reject(new Error('the socket was refused'));
    });
  });
}

/** The socket of the page's own server. */
export const socketUrl = ({ protocol, host }: Location): string => `${protocol === 'https:' ? 'wss:' : 'ws:'}//${host}/socket`;
