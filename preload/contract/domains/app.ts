/** @file The program itself: what it is, its settings, its devices, what it uses of the disk. */

import { z } from 'zod';
import { call, defineDomain, watch } from '../domain';
import { jobInfo } from '../jobs';
import { settings } from '../settings';

export const deviceInfo = z.object({
  id: z.string(),
  usable: z.boolean(),
  /** Why it is or isn't usable, as the driver or library says it. */
  reason: z.string(),
});
export type DeviceInfo = z.infer<typeof deviceInfo>;

export const appInfo = z.object({
  /** Of Genoise. */
  version: z.string(),
  home: z.string(),
  platform: z.string(),
  cpus: z.int(),
  memoryBytes: z.number(),
});
export type AppInfo = z.infer<typeof appInfo>;

export const diskUse = z.object({
  /** What is on the disk in the home, bytes. */
  datasets: z.number(),
  views: z.number(),
  runs: z.number(),
  trash: z.number(),
  /** What is computed again when it is missing. */
  cache: z.number(),
  other: z.number(),
  /** Free on the home's disk. */
  free: z.number(),
});
export type DiskUse = z.infer<typeof diskUse>;

/** The machine now, for the status bar. In a container: what that may use. */
export const machineState = z.object({ memoryUsedBytes: z.number(), memoryTotalBytes: z.number() });
export type MachineState = z.infer<typeof machineState>;

/** A line of a log. `fields` is what was noted beside the message, as JSON. */
export const logLine = z.object({
  /** ISO 8601, UTC; empty for a line that is not in the log's form. */
  at: z.string(),
  level: z.enum(['debug', 'info', 'warn', 'error']),
  message: z.string(),
  fields: z.string(),
});
export type LogLine = z.infer<typeof logLine>;

/** Where logs are, and the newest lines of the lab's own, oldest first. */
export const logTail = z.object({ folder: z.string(), lines: z.array(logLine) });
export const mostLogLines = 2_000;

/** A window's layout, as the page understands it: kept, never looked into. */
const layout = z.record(z.string(), z.json());

export const app = defineDomain(
  {
    info: call(z.object({}), appInfo),
    /** Best first. */
    devices: call(z.object({}), z.array(deviceInfo)),
    /** Counted now: may take seconds in a large home. */
    disk: call(z.object({}), diskUse),
    /** Removes what is computed again when it is missing. -> bytes freed */
    emptyCache: call(z.object({}), z.object({ freed: z.number() })),
    /** Fields that are null are taken back. -> all that is set */
    changeSettings: call(z.object({ patch: z.record(z.string(), z.json()) }), settings),
    /** The remembered layout, null the first time. */
    layout: call(z.object({}), layout.nullable()),
    saveLayout: call(z.object({ layout }), z.null()),
    log: call(z.object({ count: z.int().min(1).max(mostLogLines) }), logTail),
    /** Imports the sample dataset that comes with the program. -> the job 'import'; its result has 'dataset'. One that is there already is found at once. */
    importSample: call(z.object({}), jobInfo),
  },
  {
    settings: watch(z.object({}), settings),
    /** At first and every two seconds, where it changed. */
    machine: watch(z.object({}), machineState),
  },
);
