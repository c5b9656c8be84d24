/** @file The graphs of runs, found by what they can do and kept open between calls. */

import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { LabError } from '../../preload/contract/errors';
import { keepOutputs, readMetadata } from '../compiler/emit/onnx';
import { readSettings } from '../platform/settings';
import { chooseDevice, listDevices, listProviders, type Device } from '../runtime/devices';
import { openGraph, type Graph } from '../runtime/graph';
import { loadSnapshot } from '../runs/checkpoints';
import { layoutOf } from '../runs/layout';
import { listGraphs, readGraph } from '../runs/run';
import { signatureOf, signatures, type Ability, type LearntGraph } from '../sampling/signatures';
import { withWeights } from './snapshot-weights';

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
  first<A extends Ability>(home: string, run: string, abilities: readonly A[], device: string, at?: number): Promise<{ ability: A; graph: LearntGraph }>;
  /** The same for one ability; with the weights of the snapshot of training step `at` if that is given. @throws also 'checkpoint-not-found', 'checkpoint-mismatch' */
  graph(home: string, run: string, ability: Ability, device: string, at?: number): Promise<LearntGraph>;
  /** The same with some of its outputs alone: what they do not need is not computed. */
  part(home: string, run: string, ability: Ability, device: string, outputs: readonly string[]): Promise<LearntGraph>;
  /** What the run's graphs can do now, with the SHA-256 of each. @throws LabError 'graph-unreadable', 'run-not-found' */
  abilities(home: string, run: string): Promise<Map<Ability, string>>;
  dispose(): Promise<void>;
}

/** A graph's file as it was last looked at. */
interface GraphFile {
  /** Changes with every write: files are replaced, never written over. */
  stamp: string;
  signature: string;
  /** SHA-256 of its bytes. */
  hash: string;
}

export function openModels(): Models {
  /** By device and the graph's bytes: a run that trains on gets new sessions. Least recently used first. */
  const sessions = new Map<string, Graph>();
  let known: Promise<Device[]> | undefined;
  const providers = () => (known ??= listProviders());

  /** By path. A decode while dragging asks for the same graph sixty times a second: what did not change is not read again. */
  const files = new Map<string, GraphFile>();

  async function look(home: string, run: string, name: string): Promise<GraphFile> {
    const path = layoutOf(home, run).graph(name);
    const { ino, mtimeNs, size } = await stat(path, { bigint: true });
    const stamp = `${ino} ${mtimeNs} ${size}`;
    const known = files.get(path);
    if (known?.stamp === stamp) return known;
    const onnx = await readGraph(home, run, name);
    let signature: string;
    try {
      signature = signatureOf({ metadata: readMetadata(onnx) });
    } catch (caught) {
      throw new LabError('graph-unreadable', { run, graph: name, detail: firstLine(caught) }, { cause: caught });
    }
    const file = { stamp, signature, hash: createHash('sha256').update(onnx).digest('hex') };
    files.set(path, file);
    return file;
  }

  async function find<A extends Ability>(home: string, run: string, abilities: readonly A[]): Promise<{ ability: A; name: string; hash: string }> {
    const found = new Map<string, { name: string; hash: string }>();
    const wanted: readonly string[] = abilities;
    const has: string[] = [];
    // A graph is as a rule named after what it does.
    const names = (await listGraphs(home, run)).sort((a, b) => rank(wanted, a) - rank(wanted, b));
    for (const name of names) {
      const { signature, hash } = await look(home, run, name);
      if (signature === signatures[abilities[0]]) return { ability: abilities[0], name, hash };
      found.set(signature, { name, hash });
      has.push(signature || name);
    }
    for (const ability of abilities) {
      const graph = found.get(signatures[ability]);
      if (graph) return { ability, ...graph };
    }
    throw new LabError('graph-missing', { run, signature: abilities.map((ability) => signatures[ability]).join(' | '), has: has.sort().join(' | ') || '-' });
  }

  /** A session that runs is used: short calls that open others while long work breathes do not close the one it works with. */
  const inUse = (key: string, graph: Graph): Graph => {
    const session: Graph = {
      ...graph,
      run: (inputs, wanted) => {
        if (sessions.delete(key)) sessions.set(key, session);
        return graph.run(inputs, wanted);
      },
    };
    return session;
  };

  async function open(home: string, run: string, name: string, hash: string, device: string, { at, outputs }: { at?: number; outputs?: readonly string[] } = {}): Promise<Graph> {
    const { threads } = await readSettings(home);
    const key = [device, threads ?? '', hash, at ?? '', ...(outputs ?? [])].join(' ');
    let session = sessions.get(key);
    if (session) sessions.delete(key);
    else {
      const onnx = await readGraph(home, run, name);
      const weighted = at === undefined ? onnx : withWeights(onnx, (await loadSnapshot(home, run, at)).tensors);
      try {
        session = inUse(key, await openGraph(outputs ? keepOutputs(weighted, outputs) : weighted, device, { threads }));
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

  const first: Models['first'] = async (home, run, abilities, device, at) => {
    const { ability, name, hash } = await find(home, run, abilities);
    return { ability, graph: await open(home, run, name, hash, device, { at }) };
  };

  return {
    devices: () => listDevices(),
    async device(wanted) {
      // The CPU needs no asking.
      return wanted === 'cpu' ? wanted : chooseDevice(await providers(), wanted);
    },
    first,
    graph: async (home, run, ability, device, at) => (await first(home, run, [ability], device, at)).graph,
    async part(home, run, ability, device, outputs) {
      const { name, hash } = await find(home, run, [ability]);
      return open(home, run, name, hash, device, { outputs });
    },
    async abilities(home, run) {
      const looks = await Promise.all((await listGraphs(home, run)).map((name) => look(home, run, name)));
      const found = new Map<Ability, string>();
      for (const ability of Object.keys(signatures) as Ability[]) {
        const file = looks.find(({ signature }) => signature === signatures[ability]);
        if (file) found.set(ability, file.hash);
      }
      return found;
    },
    async dispose() {
      for (const session of sessions.values()) await session.dispose();
      sessions.clear();
    },
  };
}

/** Place of `name` among `wanted`, those unknown last. */
const rank = (wanted: readonly string[], name: string): number => (wanted.includes(name) ? wanted.indexOf(name) : wanted.length);

const firstLine = (caught: unknown): string => (caught instanceof Error ? caught.message : String(caught)).split('\n')[0].slice(0, 300);
