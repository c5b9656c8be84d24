/** @file Calls on training. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { HandlersOf } from '../../../preload/contract/contract';
import type { training } from '../../../preload/contract/domains/training';
import type { Work } from '../../../preload/contract/progress';
import { tailMetrics, type MetricsCursor } from '../../runs/metrics-tail';
import type { Desk } from '../desk';
import { forecast } from '../forecast';
import { configOf, listMethods, methodForm } from '../methods';
import { evaluate } from '../models';
import { fork, pauseTraining, resumeTraining, stopTraining } from '../runs';
import { deviceFor, freeRunName, keptSteps, memoryLimitOf, plannedResume, plannedTraining, planProblems, samplesAt } from '../training';

/** A journal is flushed each second; a look costs one stat. */
const lookMs = 400;

export const trainingCalls = ({ lab, jobs, changes }: Desk): HandlersOf<typeof training> => {
  /** A job that trains: its run is listed anew when it starts and when it ends. */
  const start = (run: string, train: (work: Work) => Promise<Record<string, unknown>>) =>
    jobs.start('train', run, async (work) => {
      let phase = '';
      try {
        return await train({
          signal: work.signal,
          progress: (report) => {
            if (report.phase !== phase && (report.phase === 'train' || report.phase === 'paused')) changes.tell('runs');
            phase = report.phase;
            work.progress(report);
          },
        });
      } finally {
        changes.tell('runs');
      }
    });
  return {
    methods: ({ language }) => listMethods(language),
    form: ({ method, language }) => methodForm(method, language),
    check: (plan) => planProblems(lab, plan),
    freeName: ({ method, dataset }) => freeRunName(lab, method, dataset),
    forecast: async (plan, work) =>
      forecast(lab, { ...plan, config: configOf(plan.method, plan.config), device: await deviceFor(lab, plan.device), memoryLimit: await memoryLimitOf(lab) }, work),
    start: async (plan) => start(plan.run, await plannedTraining(lab, plan)),
    goOn: async ({ run, ...limits }) => start(run, await plannedResume(lab, run, limits)),
    async pause({ run }, work) {
      await pauseTraining(lab, run, work);
      return null;
    },
    async resume({ run }, work) {
      await resumeTraining(lab, run, work);
      return null;
    },
    async stop({ run }, work) {
      await stopTraining(lab, run, work);
      return null;
    },
    async fork({ from, name, step }) {
      const info = await fork(lab, from, name, step);
      changes.tell('runs');
      return info;
    },
    evaluate: ({ run }) =>
      jobs.start('evaluate', run, async (work) => {
        const found = await evaluate(lab, run, { device: await deviceFor(lab) }, work);
        changes.tell('runs');
        return { ...found };
      }),
    sample: ({ run, step }) => samplesAt(lab, run, step),
    async metrics({ run, cursor: from }, { emit, signal }) {
      let cursor: MetricsCursor | undefined = from;
      for (let first = true; !signal.aborted; first = false) {
        const { more, ...tail } = await tailMetrics(lab.home, run, cursor);
        if (first || tail.steps.length > 0 || tail.truncateTo !== undefined) await emit(tail);
        cursor = tail.cursor;
        if (!more) await pause(signal);
      }
    },
    async kept({ run }, { emit, signal }) {
      let told = '';
      while (!signal.aborted) {
        const kept = await keptSteps(lab, run);
        const state = JSON.stringify(kept);
        if (state !== told) await emit(kept);
        told = state;
        await pause(signal);
      }
    },
  };
};

/** Until the next look, or the end. */
const pause = (signal: AbortSignal): Promise<void> => sleep(lookMs, undefined, { signal }).catch(() => undefined);
