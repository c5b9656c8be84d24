/** @file The inference process as a real child: typed results, cancels in the middle of a sampling, threads that die. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleEntries } from '../../e2e/harness/bundle';
import { LabError } from '../../preload/contract/errors';
import type { SampleResult } from '../../preload/contract/inference';
import { startProcess, type WorkerProcess } from '../supervisor/process';
import type { WorkerThread } from '../supervisor/thread';
import { forwarded } from './process';
import { linearAlphaBar, noWork } from '../sampling/scripted/gaussians';
import { addRun } from './scripted/home';
import { denoiserOnnx } from '../sampling/scripted/onnx-models';

describe('a child process', () => {
  let home: string;
  let bundle: Awaited<ReturnType<typeof bundleEntries<'child' | 'worker'>>>;
  let child: WorkerProcess;

  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'genoise-inference-'));
    bundle = await bundleEntries({ child: 'main/inference/scripted/child.ts', worker: 'main/inference/worker.ts' });
    await addRun(home, 'noise', { name: 'none', hash: 'a'.repeat(64), side: 64 }, { denoise: denoiserOnnx(0.5, linearAlphaBar(1000), [64, 64, 1]) });
    child = startProcess('inference', { path: bundle.paths.child, env: { ...process.env, GENOISE_TEST_WORKER: bundle.paths.worker } });
  });

  afterAll(async () => {
    await child.dispose();
    await bundle.remove();
    rmSync(home, { recursive: true, force: true });
  });

  it('answers with typed arrays', async () => {
    const { images, shape } = await child.call<SampleResult>('sample', { home, run: 'noise', n: 4, seed: 1, steps: 10, device: 'cpu' });
    expect(images).toBeInstanceOf(Uint8Array);
    expect(shape).toEqual([4, 64, 64, 1]);
    expect(new Set(images).size).toBeGreaterThan(100);
  });

  it('takes note of a cancel within 100 ms and stops after the step under way', async () => {
    const abort = new AbortController();
    let abortedMs = 0;
    let notedMs = 0;
    const sampling = child.call('sample', { home, run: 'noise', n: 10_000, seed: 1, sampler: 'ddpm', device: 'cpu' }, {
      signal: abort.signal,
      onCancelling: () => (notedMs = performance.now()),
      onProgress: ({ done }) => {
        if (done !== 5) return;
        abortedMs = performance.now();
        abort.abort();
      },
    });
    await expect(sampling).rejects.toMatchObject({ code: 'cancelled', params: { what: 'sample' } });
    expect(notedMs - abortedMs).toBeLessThan(100);
    expect(performance.now() - abortedMs).toBeLessThan(2_000);
    // The process is the same one, and works.
    const { shape } = await child.call<SampleResult>('sample', { home, run: 'noise', n: 1, seed: 1, steps: 2, device: 'cpu' });
    expect(shape).toEqual([1, 64, 64, 1]);
  });

  it('hands errors on with their code', async () => {
    await expect(child.call('encode', { home, run: 'noise', dataset: 'none', device: 'cpu' })).rejects.toMatchObject({ code: 'graph-missing', params: { has: 'denoise(x_t,t)->eps' } });
  });
});

describe('forwarded calls', () => {
  it('start the thread at the first of them, and another when it has died', async () => {
    const started: number[] = [];
    const start = (): WorkerThread => {
      const number = started.push(started.length);
      return {
        call: async <T>(_name: string, args: unknown) => {
          if (args === 'die') throw new LabError('process-died', { entry: 'inference-worker', how: 'exit 1', detail: '' });
          if (args === 'fail') throw new LabError('usage', { detail: '' });
          return number as T;
        },
        dispose: async () => undefined,
      };
    };
    const { echo } = forwarded(start, ['echo']);
    expect(started).toHaveLength(0);
    expect(await echo('a', noWork)).toBe(1);
    await expect(echo('fail', noWork)).rejects.toMatchObject({ code: 'usage' });
    expect(await echo('b', noWork)).toBe(1);
    await expect(echo('die', noWork)).rejects.toMatchObject({ code: 'process-died' });
    expect(await echo('c', noWork)).toBe(2);
  });
});
