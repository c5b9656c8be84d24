/** @file What a run is, as it stands in its folder and crosses every boundary. */

import { z } from 'zod';
import type { ErrorCode } from './errors';

/** An error kept in a run. A code of a newer Genoise is still shown, by its name. */
const errorJson = z.object({
  code: z.custom<ErrorCode>((code) => typeof code === 'string' && code.length > 0),
  params: z.record(z.string(), z.union([z.string(), z.number()])),
});

export const runStatus = z.enum(['created', 'running', 'paused', 'completed', 'stopped', 'cancelled', 'failed']);
export type RunStatus = z.infer<typeof runStatus>;

/** What a person says of a run. */
export const runNotes = z.object({ text: z.string().max(20_000), tags: z.array(z.string().min(1).max(60)).max(50), pinned: z.boolean() });
export type RunNotes = z.infer<typeof runNotes>;

/** What a run's model was found to be worth on the test images. */
export const evaluation = z.object({
  /** ISO 8601, UTC. */
  at: z.iso.datetime(),
  /** Of training, at which it was done. */
  step: z.int().min(0),
  device: z.string(),
  /** By name: those of an EvaluateResult (preload/contract/inference.ts), the counts of images and samples among them. */
  figures: z.record(z.string(), z.number()),
});
export type Evaluation = z.infer<typeof evaluation>;

export const runInfo = z.object({
  name: z.string(),
  /** A method's id. */
  method: z.string(),
  /** The method's own fields and the training fields, checked by the method's schema where they are used. */
  config: z.record(z.string(), z.json()),
  dataset: z.object({ name: z.string(), hash: z.string() }),
  /** Size, crop and colour under which the dataset was seen. */
  view: z.record(z.string(), z.json()),
  seed: z.int().min(0),
  /** The device of the last training, 'cpu' say. */
  device: z.string(),
  versions: z.object({ genoise: z.string(), onnxruntime: z.string(), node: z.string() }),
  /** ISO 8601, UTC. */
  createdAt: z.iso.datetime(),
  status: runStatus,
  steps: z.int().min(0),
  /** Of training alone: neither compiling nor preparing data. */
  seconds: z.number().min(0),
  error: errorJson.optional(),
  /** Came with the program. */
  starter: z.boolean().optional(),
  /** Where a fork started. */
  parent: z.object({ run: z.string(), step: z.int().min(0) }).optional(),
  parameters: z.int().min(0).optional(),
  /** Totals that the last training was to reach; absent where it had none. */
  limits: z.object({ steps: z.int().optional(), minutes: z.number().optional() }).optional(),
  /** Steps whose checkpoints are never thinned out. */
  pinned: z.array(z.int().min(0)).optional(),
  /** Absent: nothing was noted. */
  notes: runNotes.optional(),
  /** The last; absent: never evaluated. */
  evaluation: evaluation.optional(),
});
export type RunInfo = z.infer<typeof runInfo>;

/** A run folder that can't be read, listed beside the others with its reason. */
export const brokenRun = z.object({ name: z.string(), reason: errorJson });
export type BrokenRun = z.infer<typeof brokenRun>;

/** A run in the trash, where it stays for 30 days. */
export const trashedRun = z.object({
  id: z.string(),
  name: z.string(),
  /** ISO 8601, UTC. */
  removedAt: z.string(),
  /** Where it lies. */
  path: z.string(),
});
export type TrashedRun = z.infer<typeof trashedRun>;

/** A file of weights in a run and what it costs on the disk. */
export const storedStep = z.object({ step: z.int().min(0), bytes: z.int().min(0) });
export type StoredStep = z.infer<typeof storedStep>;

