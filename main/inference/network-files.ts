/** @file ONNX files that are looked into: of runs, and of those that pages sent; each read and measured once. */

import { createHash } from 'node:crypto';
import { LabError } from '../../preload/contract/errors';
import { largestNetworkFile, type NetworkSource } from '../../preload/contract/network';
import { readModel, type ReadModel } from '../compiler/emit/read-model';
import type { Shapes } from '../compiler/network/sizes';
import { listGraphs, readGraph } from '../runs/run';
import { tensorShapes } from '../runtime/tensor-shapes';

export interface NetworkFile {
  /** SHA-256 of the bytes. */
  hash: string;
  onnx: Uint8Array;
  model: ReadModel;
  shapes: Shapes;
}

export interface FoundNetwork {
  network: NetworkFile;
  /** Which of the run's; null for a file. */
  graph: string | null;
  graphs: string[];
}

export interface NetworkFiles {
  /** Keeps what a page sent. -> its hash @throws LabError 'network-file-too-large', and those of `readModel` */
  keep(onnx: Uint8Array): string;
  /** @throws LabError 'run-not-found', 'graph-not-found', 'network-file-gone', 'onnx-refused', and those of `readModel` */
  find(home: string, source: NetworkSource): Promise<FoundNetwork>;
}

/** Measured files at most, and files of pages. */
const mostMeasured = 12;
const mostSent = 4;
/** What a run does to images comes first. */
const usual = ['denoise', 'encode', 'decode'];

export function openNetworkFiles(): NetworkFiles {
  /** Least recently used first. */
  const measured = new Map<string, NetworkFile>();
  const sent = new Map<string, Uint8Array>();

  const again = <V>(map: Map<string, V>, key: string, value: V, most: number): V => {
    map.delete(key);
    map.set(key, value);
    for (const oldest of [...map.keys()].slice(0, -most)) map.delete(oldest);
    return value;
  };

  async function measure(onnx: Uint8Array, hash: string): Promise<NetworkFile> {
    const known = measured.get(hash);
    if (known) return again(measured, hash, known, mostMeasured);
    const model = readModel(onnx);
    let shapes: Shapes;
    try {
      shapes = await tensorShapes(onnx, model);
    } catch (caught) {
      throw new LabError('onnx-refused', { detail: (caught instanceof Error ? caught.message : String(caught)).split('\n')[0].slice(0, 300) }, { cause: caught });
    }
    return again(measured, hash, { hash, onnx, model, shapes }, mostMeasured);
  }

  return {
    keep(onnx) {
      if (onnx.length > largestNetworkFile) throw new LabError('network-file-too-large', { bytes: onnx.length, limit: largestNetworkFile });
      readModel(onnx);
      const hash = hashOf(onnx);
      again(sent, hash, onnx, mostSent);
      return hash;
    },
    async find(home, source) {
      if ('file' in source) {
        const onnx = sent.get(source.file);
        if (!onnx) throw new LabError('network-file-gone', {});
        return { network: await measure(again(sent, source.file, onnx, mostSent), source.file), graph: null, graphs: [] };
      }
      const { run } = source;
      const graphs = (await listGraphs(home, run)).sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
      if (graphs.length === 0) throw new LabError('graph-not-found', { run, graph: source.graph ?? '-', known: '-' });
      const graph = source.graph ?? graphs[0];
      const onnx = await readGraph(home, run, graph);
      return { network: await measure(onnx, hashOf(onnx)), graph, graphs };
    },
  };
}

const rank = (graph: string): number => (usual.includes(graph) ? usual.indexOf(graph) : usual.length);
const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
