/** @file The link between a window's page and the lab: a port when the page asks for one, and messages of the menu and the system. */

import { BrowserWindow, ipcMain, MessageChannelMain } from 'electron';
import type { Channel } from '../../preload/contract/channel';
import { hostChannels, type HostMessage } from '../../preload/contract/host';
import { isOurs } from './security';
import { portChannel } from './port-channel';

export interface Pages {
  /** Sends `message` to the window's page; kept until the page has connected. */
  send(window: BrowserWindow, message: HostMessage): void;
}

interface Page {
  channel: Channel | undefined;
  waiting: HostMessage[];
}

/** Answers pages that ask for a port; `serve` takes the lab's end of each. A page has one: asking again, after a reload say, closes the one before. */
export function connectPages(serve: (channel: Channel, window: BrowserWindow) => void): Pages {
  const pages = new Map<number, Page>();
  const pageOf = (window: BrowserWindow): Page => {
    const known = pages.get(window.id);
    if (known) return known;
    const page: Page = { channel: undefined, waiting: [] };
    pages.set(window.id, page);
    window.on('closed', () => {
      page.channel?.close();
      pages.delete(window.id);
    });
    return page;
  };

  ipcMain.on(hostChannels.connect, (event) => {
    const window = BrowserWindow.fromWebContents(event.sender);
    const frame = event.senderFrame;
    if (!window || !frame || frame !== event.sender.mainFrame || !isOurs(frame.url)) return;
    const page = pageOf(window);
    page.channel?.close();
    const { port1, port2 } = new MessageChannelMain();
    const channel = portChannel(port1);
    page.channel = channel;
    channel.onClose(() => {
      if (page.channel === channel) page.channel = undefined;
    });
    serve(channel, window);
    frame.postMessage(hostChannels.port, null, [port2]);
    for (const message of page.waiting.splice(0)) window.webContents.send(hostChannels.message, message);
  });

  return {
    send(window, message) {
      const page = pageOf(window);
      if (page.channel) window.webContents.send(hostChannels.message, message);
      else page.waiting.push(message);
    },
  };
}
