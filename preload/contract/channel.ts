/** @file Messages between a page and the lab, over whatever carries them: an Electron port or a WebSocket. */

import { z } from 'zod';
import type { ErrorJson } from './errors';
import type { Progress } from './progress';

/** Changes when a message changes its meaning. Page and lab of another version refuse each other. */
export const contractVersion = 1;

/** What carries messages. They are plain data with typed arrays in them, in order, each whole. */
export interface Channel {
  /** -> bytes that it takes, about. Silent once closed. */
  send(message: unknown): number;
  onMessage(listener: (message: unknown) => void): void;
  /** Called once, whoever closed it. */
  onClose(listener: () => void): void;
  close(): void;
}

const id = z.int().min(0);

/** From the page. */
export const pageMessage = z.union([
  z.strictObject({ hello: z.object({ version: z.number() }) }),
  z.strictObject({ id, call: z.string().max(100), args: z.unknown() }),
  z.strictObject({ id, watch: z.string().max(100), args: z.unknown() }),
  z.strictObject({ id, cancel: z.literal(true) }),
  /** How many messages of the lab the page has taken in so far. */
  z.strictObject({ ack: z.int().min(0) }),
]);
export type PageMessage = z.infer<typeof pageMessage>;

export interface Welcome {
  version: number;
  /** Genoise's own. */
  genoise: string;
}

/** From the lab. */
export type LabMessage =
  | { welcome: Welcome }
  | { refused: ErrorJson }
  | { id: number; result: unknown }
  | { id: number; error: ErrorJson }
  | { id: number; progress: Progress }
  | { id: number; item: unknown }
  | { id: number; ended: true };
