/** @file Training: methods and their forms, what a training would come to, starting it, orders to it, its curves and samples as they grow. */

import { z } from 'zod';
import { float32, float64, images } from '../arrays';
import { viewOptions } from '../dataset-images';
import { reason } from '../datasets';
import { call, defineDomain, watch } from '../domain';
import { jobInfo } from '../jobs';
import { runInfo } from '../runs';

const language = z.enum(['en', 'fr']);
const run = z.string();
const config = z.record(z.string(), z.json());

export const methodSummary = z.object({ id: z.string(), title: z.string(), summary: z.string(), family: z.string(), paper: z.string() });
export type MethodSummary = z.infer<typeof methodSummary>;

/** A field of a method's form: its JSON Schema (draft 2020-12) with title (label), description (help), why and default. */
export const methodForm = z.object({
  ...methodSummary.shape,
  schema: z.record(z.string(), z.json()),
  /** Metric id -> its name with unit. */
  metrics: z.record(z.string(), z.string()),
  /** The fields that one changes first; the others are folded. */
  main: z.array(z.string()),
});
export type MethodForm = z.infer<typeof methodForm>;

/** What is to be trained. */
export const trainingPlan = z.object({
  method: z.string(),
  /** The method's fields; its defaults stand for those that are absent. */
  config,
  dataset: z.string(),
  view: viewOptions.optional(),
  /** Absent: the best usable one. */
  device: z.string().optional(),
  /** Totals, whichever is reached first. Without any it trains until it is stopped. */
  steps: z.int().min(1).optional(),
  minutes: z.number().positive().optional(),
});
export type TrainingPlan = z.infer<typeof trainingPlan>;

/** Why a result may disappoint. Numbers are the parameters of its words. */
export const forecastWarning = z.object({
  code: z.enum(['memory-over', 'few-images', 'batch-over-images', 'images-large', 'few-steps', 'part-unseen', 'warmup-long', 'others-train']),
  params: z.record(z.string(), z.number()),
});
export type ForecastWarning = z.infer<typeof forecastWarning>;

export const forecast = z.object({
  device: z.string(),
  fallback: z.object({ from: z.string(), reason: z.string() }).optional(),
  parameters: z.int(),
  /** Seconds a step: the median of the trial's. */
  stepSecs: z.number(),
  /** Absent where no limit was set. */
  steps: z.number().optional(),
  epochs: z.number().optional(),
  /** Until it would end, compiling included. */
  seconds: z.number().optional(),
  /** Training images. */
  images: z.int(),
  memoryBytes: z.number(),
  warnings: z.array(forecastWarning),
});
export type Forecast = z.infer<typeof forecast>;

/** Where a reader of curves stands; handed back as it is. */
export const metricsCursor = z.object({ file: z.string(), offset: z.number(), lastStep: z.number() });

export const metricsTail = z.object({
  cursor: metricsCursor,
  /** What is known of this step and later ones is to be dropped first. */
  truncateTo: z.number().optional(),
  /** Ascending; the first may be the last known one, whose values these are added to. */
  steps: float64,
  /** By name, one value a step, NaN where it has none. */
  series: z.record(z.string(), float32),
});
export type MetricsTail = z.infer<typeof metricsTail>;

export const training = defineDomain(
  {
    methods: call(z.object({ language }), z.array(methodSummary)),
    form: call(z.object({ method: z.string(), language }), methodForm),
    /** What is wrong with a plan, by field; 'dataset' and '' (the whole) are fields too. The method's own schema is asked, and whether its network fits the images. */
    check: call(z.object({ method: z.string(), config, dataset: z.string().optional(), view: viewOptions.optional(), run: z.string().optional() }), z.array(z.object({ field: z.string(), reason }))),
    /** A name for a run that is free. */
    freeName: call(z.object({ method: z.string(), dataset: z.string() }), z.string()),
    /** Twenty trial steps; nothing is left behind. Progress: pack, compile, trial. */
    forecast: call(trainingPlan, forecast),
    /** Makes the run and trains it. -> the job 'train', whose subject is the run */
    start: call(trainingPlan.extend({ run, seed: z.int().min(0).max(0xffffffff) }), jobInfo),
    /** Trains a run on, to new totals. */
    goOn: call(z.object({ run, steps: z.int().min(1).optional(), minutes: z.number().positive().optional(), device: z.string().optional() }), jobInfo),
    /** Carried out after the step under way. @throws LabError 'not-training' */
    pause: call(z.object({ run }), z.null()),
    resume: call(z.object({ run }), z.null()),
    /** Saves and ends it. */
    stop: call(z.object({ run }), z.null()),
    /** A new run that goes on from a checkpoint, the newest unless `step` is given. */
    fork: call(z.object({ from: run, name: z.string(), step: z.int().min(0).optional() }), runInfo),
    /** On the test split. -> the job 'evaluate'; its result has the figures */
    evaluate: call(z.object({ run }), jobInfo),
    /** The samples drawn at a step, row by row from the same noise. */
    sample: call(z.object({ run, step: z.int().min(0) }), images),
  },
  {
    /** The curves from `cursor` on, then what they gain. */
    metrics: watch(z.object({ run, cursor: metricsCursor.optional() }), metricsTail),
    /** The steps of which samples were drawn, ascending, and the steps of the checkpoints that a fork can start from. */
    kept: watch(z.object({ run }), z.object({ samples: z.array(z.int()), checkpoints: z.array(z.int()) })),
  },
);
