/** @file What a page may know of the host that shows it. */

import { z } from 'zod';

/** `window.lab` under Electron; absent in a browser. */
export const hostInfo = z.object({ host: z.literal('electron'), platform: z.string() });
export type HostInfo = z.infer<typeof hostInfo>;
