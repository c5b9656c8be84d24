/** @file A channel to the lab in the same desktop program: a MessagePort that the preload script hands over. */

import type { Channel } from '../../preload/contract/channel';
import { portMessage } from '../../preload/contract/host';

/** Asks for a port, and takes it from the message that only our own preload script can post. */
export function openPort(connect: () => void): Promise<Channel> {
  return new Promise((resolve) => {
    const take = (event: MessageEvent): void => {
      if (event.source !== window || event.data !== portMessage || event.ports.length !== 1) return;
      window.removeEventListener('message', take);
      resolve(channelOf(event.ports[0]));
    };
    window.addEventListener('message', take);
    connect();
  });
}

function channelOf(port: MessagePort): Channel {
  let onMessage: (message: unknown) => void = () => undefined;
  port.addEventListener('message', ({ data }) => onMessage(data));
  return {
    send: (message) => {
      port.postMessage(message);
      return 0;
    },
    onMessage: (listener) => {
      onMessage = listener;
      port.start();
    },
    onClose: (listener) => port.addEventListener('close', listener),
    close: () => port.close(),
  };
}
