/** @file What a model in training can draw so far: a sheet of samples, always from the same noise, so that one sees them improve. */

import type { Images } from '../../preload/contract/inference';
import type { Work } from '../../preload/contract/progress';
import { encodePng } from '../exports/png';
import { imageGrid } from '../exports/grid';
import { openGraph, type Graph } from '../runtime/graph';
import { signedToBytes } from '../sampling/batches';
import { sampleLatents } from '../sampling/latents';
import { sampleDiffusion } from '../sampling/samplers';
import { scheduleOf, signatures } from '../sampling/signatures';
import type { GraphsOfState } from './graphs';
import type { PreparedTraining } from './prepared';

/** DDIM's: enough to see what it has learnt, at some two training steps' cost. */
const mostSteps = 20;

/** 36 small images, fewer of larger ones: a look costs about as much whatever their size. */
const countOf = (side: number): number => (side <= 32 ? 36 : side <= 64 ? 25 : 16);

/** What can be drawn from noise, in the order of preference. */
const drawn = [signatures.decode, signatures.denoise];

export interface PreviewParts {
  run: string;
  graphs: GraphsOfState;
  device: string;
  seed: number;
  /** Threads of the processor that it may use. */
  threads?: number;
}

/**
 * Samples of the averaged weights, the same that `sample` draws for the run's seed, as a PNG sheet without gaps, each image at its own size,
 * row by row in `columns`, which its stamp tells with the step. Undefined where the method has nothing to draw with.
 */
export function previewOf({ run, graphs, device, seed, threads }: PreviewParts, side: number, has: readonly string[]): PreparedTraining['preview'] {
  if (!drawn.some((signature) => has.includes(signature))) return undefined;
  const n = countOf(side);
  const columns = Math.sqrt(n);
  return async (state, step, work) => {
    const found = graphs.first(drawn, state);
    if (!found) throw new Error('internal: nothing to draw with');
    const graph = await openGraph(found.onnx, device, { threads });
    try {
      const { images, shape, settings } = found.signature === signatures.decode ? await decoded(graph, n, seed, work) : await denoised(graph, n, seed, work);
      const [count, height, width, channels] = shape;
      const sheet = await imageGrid({ data: images, shape: [count, height, width, channels] }, { columns, gap: 0, scale: 1 });
      return await encodePng(sheet, { stamp: { run, seed, settings: { step, n, columns, ...settings } } });
    } finally {
      await graph.dispose();
    }
  };
}

type Drawn = Images & { settings: Record<string, string | number> };

const decoded = async (graph: Graph, n: number, seed: number, work: Work): Promise<Drawn> => ({ ...(await sampleLatents(graph, n, seed, work)), settings: {} });

async function denoised(graph: Graph, n: number, seed: number, work: Work): Promise<Drawn> {
  const settings = { sampler: 'ddim' as const, steps: Math.min(mostSteps, scheduleOf(graph).steps) };
  const { data, shape } = await sampleDiffusion(graph, { n, seed, ...settings }, work);
  return { images: signedToBytes(data), shape, settings };
}
