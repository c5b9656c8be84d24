/** @file The device that the user set reaches every call that computes with a model; one that a call names goes before it. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { scratchFolder, scriptedWork } from '../../../e2e/harness/scratch';
import { contract } from '../../../preload/contract/contract';
import type { CallSpec } from '../../../preload/contract/domain';
import { addDataset, addRun } from '../../inference/scripted/home';
import type { Desk } from '../desk';
import type { Lab } from '../lab';
import { diffusionCalls } from './diffusion';
import { latentCalls } from './latents';
import { networkCalls } from './network';

const place = { split: 'test', index: 0 } as const;
const vector = new Float32Array(2);
const latent = { run: 'r', dataset: 'd' };
const sampler = { run: 'r', sampler: 'ddim', steps: 5, seed: 1 } as const;

/** What each call that takes a device is asked at least. */
const asked: Record<string, Record<string, unknown>> = {
  'latents.map': latent,
  'latents.loss': { ...latent, measure: 'negElbo' },
  'latents.stats': latent,
  'latents.at': { ...latent, places: [place] },
  'latents.decode': { ...latent, z: vector, latentSize: 2 },
  'latents.walk': { ...latent, from: place, to: place, method: 'linear', steps: 3 },
  'latents.traverse': { ...latent, anchor: place, directions: new Float32Array(4), across: [-1, 1], down: [-1, 1], columns: 2, rows: 2 },
  'latents.placeImage': { ...latent, name: 'a.png', bytes: new Uint8Array(4) },
  'diffusion.schedule': { run: 'r' },
  'diffusion.noised': { run: 'r', ...place, seed: 1, t: [3] },
  'diffusion.trainingStep': { run: 'r', ...place, seed: 1 },
  'diffusion.walk': { ...sampler, n: 1 },
  'diffusion.draw': sampler,
  'diffusion.trajectories': { ...sampler, n: 2, points: 10, plane: 'data' },
  'network.activations': { source: { run: 'r' }, tensor: 'x', ...place },
};

test('every call that takes a device is asked on the one that is set', async () => {
  const home = join(scratchFolder(), 'home');
  const greys = { pixels: new Uint8Array(10 * 16), labels: new Uint8Array(10) };
  const hash = await addDataset(home, 'd', { train: greys, test: greys, side: 4 });
  await addRun(home, 'r', { name: 'd', hash, side: 4 }, { decode: new Uint8Array(0) });
  const heard: unknown[] = [];
  const call = async (entry: string, _name: string, args: { device?: string }): Promise<unknown> => {
    if (entry === 'inference') heard.push(args.device);
    return new Uint8Array(16);
  };
  const desk = { lab: { home, call: call as Lab['call'], close: async () => undefined } satisfies Lab } as unknown as Desk;
  const handlers = { latents: latentCalls(desk), diffusion: diffusionCalls(desk), network: networkCalls(desk) };
  const names: string[] = [];
  for (const [domain, calls] of Object.entries(handlers)) {
    for (const [name, handler] of Object.entries(calls)) {
      const full = `${domain}.${name}`;
      const { args: schema } = (contract[domain as keyof typeof handlers].calls as Record<string, CallSpec>)[name];
      const takesDevice = schema instanceof z.ZodObject && 'device' in schema.shape;
      if (takesDevice) names.push(full);
      if (!(full in asked)) continue;
      expect(schema.safeParse(asked[full]).success, full).toBe(true);
      const ask = handler as (args: unknown, work: unknown) => Promise<unknown>;
      for (const [device, wanted] of [['cuda', undefined], [undefined, undefined], ['cuda', 'cpu']]) {
        writeFileSync(join(home, 'settings.json'), JSON.stringify({ device }));
        heard.length = 0;
        await ask({ ...asked[full], device: wanted }, scriptedWork());
        expect(heard, `${full}, set ${device}, wanted ${wanted}`).toEqual([wanted ?? device]);
      }
    }
  }
  expect(names.sort()).toEqual(Object.keys(asked).sort());
});
