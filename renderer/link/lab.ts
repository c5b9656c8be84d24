/** @file The page's one connection to the lab, over what its host offers. */

import { create } from 'zustand';
import type { HostBridge } from '../../preload/contract/host';
import { openClient, type LinkState } from './client';
import { openPort } from './electron';
import { openSocket, socketUrl } from './websocket';

declare global {
  interface Window {
    /** The desktop program's bridge; absent in a browser. */
    lab?: HostBridge;
  }
}

/** How the connection stands. */
export const useLink = create<LinkState>(() => ({ at: 'connecting' }));

const { lab: host } = window;

export const { lab } = openClient({
  open: () => (host ? openPort(() => host.connect()) : openSocket(socketUrl(window.location))),
  onState: (state) => useLink.setState(state, true),
});
