/** @file The graphs of runs, found by what they can do and kept open between calls. */

import { createHash } from 'node:crypto';
import { LabError } from '../../preload/contract/errors';
import { readMetadata } from '../compiler/emit/onnx';
import { chooseDevice, listDevices, listProviders, type Device } from '../runtime/devices';
import { openGraph, type Graph } from '../runtime/graph';
import { listGraphs, readGraph } from '../runs/run';
import { signatureOf, signatures, type Ability, type LearntGraph } from '../sampling/signatures';

/** Open sessions at most: each holds its weights and its work space. */
const keptSessions = 6;

export interface Models {
  devices(): Promise<Device[]>;
  /** The device asked for, or the best there is. @throws LabError 'device-missing' */
  device(wanted?: string): Promise<string>;
  /**
   * The run's graph of the first of `abilities` that it has, as it is on the disk now, on `device`.
   * @throws LabError 'graph-missing' naming what was looked for and what the run has, 'graph-unreadable', 'graph-refused' (by the device), 'run-not-found'
   */
  first<A extends Ability>(home: string, run: string, abilities: readonly A[], device: string): Promise<{ ability: A; graph: LearntGraph }>;
  graph(home: string, run: string, ability: Ability, device: string): Promise<LearntGraph>;
  dispose(): Promise<void>;
}

export function openModels(): Models {
  /** By device and the graph's bytes: a run that trains on gets new sessions. Least recently used first. */
  const sessions = new Map<string, Graph>();
  let known: Promise<Device[]> | undefined;
  const providers = () => (known ??= listProviders());

  async function find<A extends Ability>(home: string, run: string, abilities: readonly A[]): Promise<{ ability: A; name: string; onnx: Uint8Array }> {
    const found = new Map<string, { name: string; onnx: Uint8Array }>();
    const wanted: readonly string[] = abilities;
    const has: string[] = [];
    // A graph is as a rule named after what it does.
    const names = (await listGraphs(home, run)).sort((a, b) => rank(wanted, a) - rank(wanted, b));
    for (const name of names) {
      const onnx = await readGraph(home, run, name);
      let signature: string;
      try {
        signature = signatureOf({ metadata: readMetadata(onnx) });
      } catch (caught) {
        throw new LabError('graph-unreadable', { run, graph: name, detail: firstLine(caught) }, { cause: caught });
      }
      if (signature === signatures[abilities[0]]) return { ability: abilities[0], name, onnx };
      found.set(signature, { name, onnx });
      has.push(signature || name);
    }
    for (const ability of abilities) {
      const graph = found.get(signatures[ability]);
      if (graph) return { ability, ...graph };
    }
    throw new LabError('graph-missing', { run, signature: abilities.map((ability) => signatures[ability]).join(' | '), has: has.sort().join(' | ') || '-' });
  }

  async function open(run: string, name: string, onnx: Uint8Array, device: string): Promise<Graph> {
    const key = `${device} ${createHash('sha256').update(onnx).digest('hex')}`;
    let session = sessions.get(key);
    if (session) sessions.delete(key);
    else {
      try {
        session = await openGraph(onnx, device);
      } catch (caught) {
        throw new LabError('graph-refused', { run, graph: name, device, detail: firstLine(caught) }, { cause: caught });
      }
    }
    sessions.set(key, session);
    for (const [oldest, old] of sessions) {
      if (sessions.size <= keptSessions) break;
      sessions.delete(oldest);
      await old.dispose();
    }
    return session;
  }

  const first: Models['first'] = async (home, run, abilities, device) => {
    const { ability, name, onnx } = await find(home, run, abilities);
    return { ability, graph: await open(run, name, onnx, device) };
  };

  return {
    devices: () => listDevices(),
    async device(wanted) {
      // The CPU needs no asking.
      return wanted === 'cpu' ? wanted : chooseDevice(await providers(), wanted);
    },
    first,
    graph: async (home, run, ability, device) => (await first(home, run, [ability], device)).graph,
    async dispose() {
      for (const session of sessions.values()) await session.dispose();
      sessions.clear();
    },
  };
}

/** Place of `name` among `wanted`, those unknown last. */
const rank = (wanted: readonly string[], name: string): number => (wanted.includes(name) ? wanted.indexOf(name) : wanted.length);

const firstLine = (caught: unknown): string => (caught instanceof Error ? caught.message : String(caught)).split('\n')[0].slice(0, 300);
