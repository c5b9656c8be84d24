/** @file The bridge to the sandboxed page: a port to the lab, where dropped files stand, and what the menu asks for. */

import { contextBridge, ipcRenderer, webUtils } from 'electron';
import { hostChannels, hostMessage, portMessage, type HostBridge, type HostMessage } from './contract/host';

// A port can't pass contextBridge; it can be handed to the page by a message of its own window.
ipcRenderer.on(hostChannels.port, (event) => window.postMessage(portMessage, window.location.origin, event.ports));

const bridge: HostBridge = {
  host: 'electron',
  platform: process.platform,
  connect: () => ipcRenderer.send(hostChannels.connect),
  pathOf: (file) => webUtils.getPathForFile(file),
  onMessage: (listener) => {
    const receive = (_event: unknown, message: unknown): void => {
      const parsed: { data?: HostMessage } = hostMessage.safeParse(message);
      if (parsed.data) listener(parsed.data);
    };
    ipcRenderer.on(hostChannels.message, receive);
    return () => void ipcRenderer.off(hostChannels.message, receive);
  },
};
contextBridge.exposeInMainWorld('lab', bridge);
