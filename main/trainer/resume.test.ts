/** @file Every method, compiled and trained on the CPU: 50 steps are 25 and 25 bit by bit, and the run's graphs stand alone, with the averaged weights. */

import { join } from 'node:path';
import { expect, test } from 'vitest';
import { labErrorOf, scratchFolder, scriptedWork } from '../../e2e/harness/scratch';
import type { RunInfo } from '../../preload/contract/runs';
import { methods } from '../methods/registry';
import { randomStream } from '../platform/random';
import { loadCheckpoint } from '../runs/checkpoints';
import { createRun, listGraphs, readGraph, readMetrics, readRun } from '../runs/run';
import { openGraph } from '../runtime/graph';
import { controlBuffer, readControl } from './control';
import { prepareTraining } from './prepare';
import { trainRun, type TrainingPieces } from './session';

const shape = { height: 8, width: 8, channels: 1 };
const pieces: TrainingPieces = {
  openData: async () => ({ shape, source: { fill: (x, _size, seed, step) => randomStream(seed, 'images', step).fillIntegers(x, 256) }, close: () => undefined }),
  prepare: prepareTraining,
};

test.each(methods.map((method) => [method.id, method] as const))('%s: 50 steps equal 25 and 25, and its graphs hold the averaged weights', async (id, method) => {
  const home = join(scratchFolder(), 'home');
  // A rate that falls towards the end would fall faster in the first half alone, which is told to end at 25.
  const config = { ...method.config.parse({}), ...method.tiny, schedule: 'constant' } as RunInfo['config'];
  const train = async (run: string, steps: number) => trainRun({ home, run, steps, device: 'cpu' }, pieces, readControl(controlBuffer()), scriptedWork());
  for (const name of ['whole', 'halves']) {
    await createRun(home, { name, method: id, config, dataset: { name: 'd', hash: '0' }, view: {}, seed: 11, device: 'auto', versions: { genoise: '0', onnxruntime: '0', node: '0' } });
  }
  expect(await train('whole', 50)).toMatchObject({ status: 'completed', steps: 50, device: 'cpu' });
  await train('halves', 25);
  const half = await loadCheckpoint(home, 'halves');
  expect(await train('halves', 50)).toMatchObject({ status: 'completed', steps: 50 });

  const [whole, halves] = [await loadCheckpoint(home, 'whole'), await loadCheckpoint(home, 'halves')];
  expect([...halves.tensors.keys()]).toEqual([...whole.tensors.keys()]);
  for (const [name, { data }] of whole.tensors) expect(Buffer.compare(Buffer.from(halves.tensors.get(name)!.data.buffer), Buffer.from(data.buffer)), name).toBe(0);
  const moved = [...whole.tensors].filter(([name, { data }]) => name.startsWith('param/') && data.some((value, i) => value !== half.tensors.get(name)!.data[i]));
  expect(moved.length).toBeGreaterThan(0);
  expect(await readMetrics(home, 'halves')).toEqual(await readMetrics(home, 'whole'));

  const specs = method.graphs(config, shape);
  expect(await listGraphs(home, 'whole')).toEqual(Object.keys(specs).toSorted());
  for (const [name, spec] of Object.entries(specs)) {
    const bytes = Buffer.from(await readGraph(home, 'whole', name));
    const holds = (kind: string) => [...whole.tensors].filter(([key, { data }]) => key.startsWith(kind) && data.length > 8 && bytes.includes(Buffer.from(data.buffer)));
    expect(holds('ema/').length).toBeGreaterThan(0);
    expect(holds('param/')).toEqual([]);
    const graph = await openGraph(bytes, 'cpu');
    expect(graph.inputs.map((input) => input.name).toSorted()).toEqual(Object.keys(spec.inputs).toSorted());
    expect(graph.metadata['genoise.signature']).toBe(spec.signature);
    await graph.dispose();
  }
  expect((await readRun(home, 'whole')).parameters).toBe([...whole.tensors].filter(([name]) => name.startsWith('param/')).reduce((sum, [, { data }]) => sum + data.length, 0));
});

test('a device that is not there is named, with those that are', async () => {
  const home = join(scratchFolder(), 'home');
  const method = methods[0];
  const config = { ...method.config.parse({}), ...method.tiny } as RunInfo['config'];
  await createRun(home, { name: 'r', method: method.id, config, dataset: { name: 'd', hash: '0' }, view: {}, seed: 1, device: 'auto', versions: { genoise: '0', onnxruntime: '0', node: '0' } });
  const request = { home, run: 'r', steps: 1, device: 'abacus' };
  const error = await labErrorOf(trainRun(request, pieces, readControl(controlBuffer()), scriptedWork()));
  expect(error).toMatchObject({ code: 'device-missing', params: { device: 'abacus' } });
  expect(await readRun(home, 'r')).toMatchObject({ status: 'failed', error: { code: 'device-missing' } });
});
