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

const client = openClient({
  open: () => (host ? openPort(() => host.connect()) : openSocket(socketUrl(window.location), '/')),
  onState: (state) => useLink.setState(state, true),
});
export const { lab } = client;

// Who comes back to a page that was left, or has just opened the lab again in another one, waits for no timer.
document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && client.hurry());
window.addEventListener('focus', () => client.hurry());
