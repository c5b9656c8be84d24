/** @file A desk on a home of closed-form models: z = x, x = z, and the best denoiser of a Gaussian. Processes are functions; what crosses to them is cloned as messages are. */

import { createCipheriv } from 'node:crypto';
import { packView } from '../../../data/catalog/pack-view';
import { inferenceHandlers } from '../../../inference/calls';
import { openModels } from '../../../inference/models';
import { addDataset } from '../../../inference/scripted/home';
import { imageGrid } from '../../../exports/grid';
import { encodePng } from '../../../exports/png';
import { openLog } from '../../../platform/log';
import { createRun } from '../../../runs/run';
import { openRunWriter } from '../../../runs/writer';
import { linearAlphaBar } from '../../../sampling/scripted/gaussians';
import { decoderOnnx, denoiserOnnx, encoderOnnx } from '../../../sampling/scripted/onnx-models';
import type { Work } from '../../../../preload/contract/progress';
import { openDesk, type Desk } from '../../desk';
import { stopIfCancelled } from '../cancel';
import { exporterCalls, type ExporterRequest } from '../process-calls';

export const side = 4;
export const timesteps = 40;
export const counts = { train: 30, test: 12 };
/** While training, 4 samples were drawn after these steps: `pixelsOf(4, 10 + place)`. */
export const sampleSteps = [1, 5, 20];

/** Images that differ from each other, the same every time. */
export function pixelsOf(count: number, from: number): Uint8Array {
  const stream = createCipheriv('aes-128-ctr', Buffer.alloc(16, from), Buffer.alloc(16));
  return new Uint8Array(stream.update(Buffer.alloc(count * side * side)));
}

export interface ScriptedDesk {
  desk: Desk;
  /** Called before the exporter begins with a request. */
  onExporter: { before?: (name: string, request: ExporterRequest, work: Work) => Promise<void> };
  close(): Promise<void>;
}

/** Two runs: 'latent' (encode, decode; a VAE's settings and metrics) and 'diffusion' (denoise). */
export async function openScriptedDesk(home: string): Promise<ScriptedDesk> {
  const models = openModels();
  const split = (count: number, from: number) => ({ pixels: pixelsOf(count, from), labels: Uint8Array.from({ length: count }, (_, i) => i % 3) });
  const hash = await addDataset(home, 'greys', { train: split(counts.train, 1), test: split(counts.test, 2), side });
  const image = [side, side, 1];
  await addRun(home, 'latent', 'vae', hash, { encode: encoderOnnx(1, image), decode: decoderOnnx(image) });
  await addRun(home, 'diffusion', 'ddpm', hash, { denoise: denoiserOnnx(0.5, linearAlphaBar(timesteps, 1e-3, 0.1), image) });
  const onExporter: ScriptedDesk['onExporter'] = {};
  const handlers = inferenceHandlers(models);
  const call = async (entry: string, name: string, asked: Record<string, unknown>, work: Work): Promise<unknown> => {
    stopIfCancelled(work.signal, name);
    const args = structuredClone({ home, ...asked });
    if (entry === 'inference') return handlers[name]({ device: 'cpu', ...args }, work);
    if (entry === 'importer') return packView(args as unknown as Parameters<typeof packView>[0], work);
    await onExporter.before?.(name, args as unknown as ExporterRequest, work);
    return structuredClone(await exporterCalls[name as 'write'](args as unknown as ExporterRequest, work));
  };
  const log = openLog({ folder: `${home}/logs`, name: 'test' });
  const desk = openDesk({ home, log, openLab: () => ({ home, call: call as Desk['lab']['call'], close: () => models.dispose() }) });
  return { desk, onExporter, close: () => desk.close() };
}

async function addRun(home: string, name: string, method: string, hash: string, graphs: Record<string, Uint8Array>): Promise<void> {
  const versions = { genoise: '0', onnxruntime: '0', node: '0' };
  const view = { height: side, width: side, channels: 1, fit: 'crop' };
  await createRun(home, { name, method, config: { learningRate: 0.002 }, dataset: { name: 'greys', hash }, view, seed: 5, device: 'cpu', versions });
  const writer = await openRunWriter(home, name);
  for (const [graph, onnx] of Object.entries(graphs)) await writer.saveGraph(graph, onnx);
  for (let step = 1; step <= 20; step++) writer.metrics(step, { loss: 100 / step, gradNorm: step === 7 ? Number.NaN : step });
  for (const [at, step] of sampleSteps.entries()) {
    const sheet = await imageGrid({ data: pixelsOf(4, 10 + at), shape: [4, side, side, 1] }, { columns: 2, gap: 0, scale: 1 });
    await writer.saveSample(step, await encodePng(sheet, { stamp: { run: name, seed: 5, settings: { step, n: 4, columns: 2 } } }));
  }
  await writer.close();
}
