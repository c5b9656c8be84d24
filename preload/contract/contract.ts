/** @file The contract: the one list of its domains. Whatever crosses between a page and the lab is a row of one of them. */

import type { z } from 'zod';
import type { Work } from './progress';
import { app } from './domains/app';
import { datasets } from './domains/datasets';
import { diffusion } from './domains/diffusion';
import { exports } from './domains/exports';
import { jobs } from './domains/jobs';
import { latents } from './domains/latents';
import { native } from './domains/native';
import { network } from './domains/network';
import { runs } from './domains/runs';
import { training } from './domains/training';
import { uploads } from './domains/uploads';
import type { CallSpec, Domain, WatchSpec } from './domain';

export const contract = { app, datasets, diffusion, exports, jobs, latents, native, network, runs, training, uploads };
export type Contract = typeof contract;

/** What a watch's handler is given. */
export interface Watching<Item> {
  /** Hands an item to the page. Resolves once there is room for the next: state that changed meanwhile is then told as it is, once. */
  emit(item: Item): Promise<void>;
  signal: AbortSignal;
}

type CallHandler<Spec extends CallSpec> = (args: z.output<Spec['args']>, work: Work) => z.input<Spec['result']> | Promise<z.input<Spec['result']>>;
type WatchHandler<Spec extends WatchSpec> = (args: z.output<Spec['args']>, watching: Watching<z.input<Spec['item']>>) => Promise<void>;

/** The handlers of a domain: each call and each watch has one. */
export type HandlersOf<D extends Domain> = { [C in keyof D['calls']]: CallHandler<D['calls'][C]> } & { [W in keyof D['watches']]: WatchHandler<D['watches'][W]> };
export type ContractHandlers = { [D in keyof Contract]: HandlersOf<Contract[D]> };
