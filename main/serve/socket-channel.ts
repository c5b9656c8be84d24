/** @file A WebSocket as a channel of the contract: whole frames, dead peers found. */

import type { WebSocket } from 'ws';
import type { Channel } from '../../preload/contract/channel';
import { decodeFrame, encodeFrame } from '../../preload/contract/frame';
import type { Log } from '../platform/log';

/** A peer that answered no ping for two of these is gone. */
export const pingMs = 15_000;

/** WebSocket close code (RFC 6455, 7.4.1). */
const badData = 1007;

export function socketChannel(socket: WebSocket, log: Log, everyMs = pingMs): Channel {
  let alive = true;
  const pinging = setInterval(() => {
    if (!alive) return socket.terminate();
    alive = false;
    socket.ping();
  }, everyMs);
  socket.on('pong', () => (alive = true));
  socket.on('close', () => clearInterval(pinging));
  // A broken connection closes as well: 'close' follows.
  socket.on('error', (error) => log.write('info', 'a connection broke', { reason: error.message }));

  const decoded = (data: Buffer, isBinary: boolean): { message: unknown } | undefined => {
    try {
      return { message: decodeFrame(isBinary ? data : data.toString('utf8')) };
    } catch (caught) {
      log.write('warn', 'a frame that is none was refused', { bytes: data.length, reason: String(caught) });
      socket.close(badData);
      return undefined;
    }
  };

  return {
    send(message) {
      if (socket.readyState !== socket.OPEN) return 0;
      const frame = encodeFrame(message);
      socket.send(frame);
      return typeof frame === 'string' ? Buffer.byteLength(frame) : frame.byteLength;
    },
    onMessage(listener) {
      socket.on('message', (data, isBinary) => {
        alive = true;
        const frame = decoded(data as Buffer, isBinary);
        if (!frame || socket.readyState !== socket.OPEN) return;
        listener(frame.message);
      });
    },
    onClose: (listener) => void socket.once('close', listener),
    close: () => socket.close(),
  };
}
