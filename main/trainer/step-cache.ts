/** @file Compiled steps kept on the disk by what they compute: a step that was compiled before is traced and differentiated, but not lowered again. */

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { buildStep, compiledOf, compileStep, emitStep, targetFor } from '../compiler/compile-step';
import type { CompiledStep } from '../compiler/compiled';
import type { Target } from '../compiler/emit/target';
import { fingerprint } from '../compiler/ir/fingerprint';
import type { Graph } from '../compiler/ir/graph';
import type { StepSource } from '../compiler/step-source';
import { openContentCache, type ContentCache } from '../platform/content-cache';

/** Of the sources that turn IR into ONNX (electron.vite.config.ts); not there where the program was not built. */
declare const __LOWERING_HASH__: string | undefined;
const builtLowering = typeof __LOWERING_HASH__ === 'string' ? __LOWERING_HASH__ : undefined;

const mostBytes = 64 * 2 ** 20;
/** HOME/cache/steps: may be deleted at any time. */
export const stepCacheOf = (home: string): string => join(home, 'cache', 'steps');

export const stepCache = (folder: string): ContentCache => openContentCache(folder, mostBytes);

function keyOf(graph: Graph, target: Target, lowering: string): string {
  const hash = createHash('sha256').update(JSON.stringify([lowering, { ...target, ops: [...target.ops].toSorted() }]));
  for (const piece of fingerprint(graph)) hash.update(piece);
  return hash.digest('hex');
}

/** `compileStep`, with what it emits taken from the cache where it stands there whole. `lowering` names the code that emits: another gets other entries. */
export async function compileCached(source: StepSource, device: Target, cache: ContentCache | undefined, lowering = builtLowering): Promise<CompiledStep> {
  if (!cache || lowering === undefined) return compileStep(source, device);
  const target = targetFor(source, device);
  const built = buildStep(source);
  const key = keyOf(built.graph, target, lowering);
  const known = await cache.get(key);
  const onnx = known ?? emitStep(built.graph, target);
  // A cache that can't be written to costs time and nothing else; a full disk is told by the first checkpoint.
  if (!known) await cache.put(key, onnx).catch(() => undefined);
  return compiledOf(source, built, onnx);
}
