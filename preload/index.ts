/** @file The bridge to the sandboxed page: a port to the lab, where dropped files stand, and what the menu asks for. */

import { contextBridge, ipcRenderer, webUtils } from 'electron';
import { hostChannels, hostMessage, portMessage, type HostBridge, type HostMessage } from './contract/host';

// A port can't pass contextBridge; it can be handed to the page by a message of its own window.
ipcRenderer.on(hostChannels.port, (event) => window.postMessage(portMessage, window.location.origin, event.ports));

const listeners = new Set<(message: HostMessage) => void>();
/** Messages that came before anybody listened: the page's parts begin to listen as they are shown. */
const early: HostMessage[] = [];
ipcRenderer.on(hostChannels.message, (_event, message: unknown) => {
  const parsed: { data?: HostMessage } = hostMessage.safeParse(message);
  if (!parsed.data) return;
  if (listeners.size === 0) early.push(parsed.data);
  for (const listener of listeners) listener(parsed.data);
});
const tellEarly = (): void => {
  for (const message of early.splice(0)) for (const listener of listeners) listener(message);
};

const bridge: HostBridge = {
  host: 'electron',
  platform: process.platform,
  connect: () => ipcRenderer.send(hostChannels.connect),
  pathOf: (file) => webUtils.getPathForFile(file),
  onMessage: (listener) => {
    // All parts of the page that are shown together listen before the first message is told.
    if (listeners.size === 0) setTimeout(tellEarly);
    listeners.add(listener);
    return () => void listeners.delete(listener);
  },
};
contextBridge.exposeInMainWorld('lab', bridge);
