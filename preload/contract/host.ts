/** @file What a page may know of the host that shows it, and what that host sends it. */

import { z } from 'zod';

/** `window.lab` under Electron; absent in a browser. */
export const hostInfo = z.object({ host: z.literal('electron'), platform: z.string() });
export type HostInfo = z.infer<typeof hostInfo>;

/** What the native menu asks of the page. */
export const hostCommand = z.enum(['import', 'export', 'settings', 'palette', 'shortcuts']);
export type HostCommand = z.infer<typeof hostCommand>;

/** Sent to a page by Electron's main process: something to do, or files that the system asked Genoise to open. */
export const hostMessage = z.union([z.strictObject({ command: hostCommand }), z.strictObject({ open: z.array(z.string()).min(1) })]);
export type HostMessage = z.infer<typeof hostMessage>;

/** The bridge to a page under Electron: the only things that a browser can't do by itself. */
export interface HostBridge extends HostInfo {
  /** Asks for a port to the lab. It comes as a message event of the window whose data is `portMessage`; an older port is closed. */
  connect(): void;
  /** Where a dropped file or folder stands; '' for one that was made by a page. */
  pathOf(file: File): string;
  /** -> how to stop listening. */
  onMessage(listener: (message: HostMessage) => void): () => void;
}

/** The data of the message event that brings the port. */
export const portMessage = 'genoise:port';

/** Channels between preload and main: fixed here, never named by a page. */
export const hostChannels = { connect: 'genoise:connect', port: 'genoise:port', message: 'genoise:message' } as const;
