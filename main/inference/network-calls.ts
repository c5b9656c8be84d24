/** @file The calls that look into networks: the drawing of one, and what its blocks give for an image. Arguments and results: preload/contract/network.ts. */

import { z } from 'zod';
import { viewConfig, type ViewConfig } from '../../preload/contract/datasets';
import { LabError } from '../../preload/contract/errors';
import * as contract from '../../preload/contract/network';
import { layoutNetwork } from '../analysis/network-layout';
import { withOutputs } from '../compiler/emit/read-model';
import { detailsOf, networkOf } from '../compiler/network/blocks';
import { channelAxisOf, portLayout, sizeOfShape } from '../compiler/network/sizes';
import { openViewByKey } from '../data/catalog/view';
import { viewKey } from '../data/catalog/view-folder';
import { readSettings } from '../platform/settings';
import { readRun } from '../runs/run';
import { openGraph, type Graph, type GraphInput, type GraphOutput } from '../runtime/graph';
import { toUnit } from '../sampling/batches';
import { firstNoise } from '../sampling/samplers';
import { signatureOf } from '../sampling/signatures';
import type { Handlers } from '../supervisor/protocol';
import { parsed } from './arguments';
import type { Models } from './models';
import { channelsFirst, feedOf, imageInputs, imageShapeOf, portWords } from './network-feed';
import { openNetworkFiles, type FoundNetwork, type NetworkFile } from './network-files';
import type { networkCalls } from './process';

const drawRequest = contract.drawingArgs.extend({ home: z.string() });
/** The lab has looked up the dataset's hash; the view stands packed. */
const activationsRequest = contract.activationsArgs.extend({ home: z.string(), dataset: z.string(), hash: z.string() });
type Request = z.output<typeof activationsRequest>;

/** Each holds its weights and the values of all blocks. */
const keptSessions = 3;
/** Numbers that one answer holds at most: of a larger tensor as many channels as fit. */
const mostValues = 4e6;

export function networkHandlers(models: Models): { [C in (typeof networkCalls)[number]]: Handlers[string] } {
  const files = openNetworkFiles();
  /** Least recently used first. */
  const sessions = new Map<string, Graph>();
  const drawings = new WeakMap<NetworkFile, Map<contract.NetworkDetail, contract.Network>>();

  const drawn = (file: NetworkFile, detail: contract.NetworkDetail): contract.Network => {
    const known = drawings.get(file) ?? new Map<contract.NetworkDetail, contract.Network>();
    drawings.set(file, known);
    const network = known.get(detail) ?? networkOf(file.model, file.shapes, detail);
    known.set(detail, network);
    return network;
  };

  /** The network with the values of its blocks, at every detail, as outputs. */
  async function opened(home: string, file: NetworkFile, device: string): Promise<Graph> {
    const { threads } = await readSettings(home);
    const key = [device, threads ?? '', file.hash].join(' ');
    let session = sessions.get(key);
    sessions.delete(key);
    if (!session) {
      try {
        session = await openGraph(withOutputs(file.onnx, innerTensors(file)), device, { threads });
      } catch (caught) {
        throw new LabError('onnx-refused', { detail: (caught instanceof Error ? caught.message : String(caught)).split('\n')[0].slice(0, 300) }, { cause: caught });
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

  const innerTensors = (file: NetworkFile): string[] => {
    const ports = new Set([...file.model.inputs, ...file.model.outputs].map(({ name }) => name));
    const given = contract.networkDetail.options.flatMap((detail) => drawn(file, detail).blocks.flatMap(({ tensor }) => tensor ?? []));
    return [...new Set(given)].filter((name) => !ports.has(name));
  };

  return {
    async openNetwork(args): Promise<z.input<typeof contract.openResult>> {
      return { file: files.keep(parsed(contract.openArgs, args).bytes) };
    },

    async drawNetwork(args): Promise<contract.DrawingResult> {
      const { home, source, detail } = parsed(drawRequest, args);
      const { network: file, graph, graphs } = await files.find(home, source);
      const network = drawn(file, detail);
      const feed = feedOf(file.model, 'run' in source && (await models.abilities(home, source.run)).has('encode'));
      return { network, layout: layoutNetwork(network), graph, graphs, signature: signatureOf(file.model), details: detailsOf(file.model, file.shapes), feed, view: await viewOf(home, source, file) };
    },

    async activations(args): Promise<contract.ActivationsResult> {
      const request = parsed(activationsRequest, args);
      const { home, source, tensor, device: wanted } = request;
      const found = await files.find(home, source);
      const device = await models.device(wanted);
      const { model } = found.network;
      const isInput = model.inputs.some(({ name }) => name === tensor);
      if (!isInput && !model.outputs.some(({ name }) => name === tensor) && !innerTensors(found.network).includes(tensor)) throw new LabError('network-tensor-unknown', { tensor });
      const image = await readImage(request, found);
      const given = await inputsOf(request, found, image.x0, device);
      const value = isInput ? asOutput(given.inputs[tensor]) : (await (await opened(home, found.network, device)).run(given.inputs, [tensor]))[tensor];
      return { ...channelsOf(value, found, tensor), input: given.input, label: image.label, count: image.count, device };
    },
  };

  /** How images of a dataset become what the network takes; null where it takes none. */
  async function viewOf(home: string, source: contract.NetworkSource, { model }: NetworkFile): Promise<ViewConfig | null> {
    if ('run' in source) return viewConfig.parse((await readRun(home, source.run)).view);
    const shape = imageShapeOf(model);
    const view = viewConfig.safeParse({ ...shape, fit: 'crop' });
    return view.success ? view.data : null;
  }

  async function readImage(request: Request, { network }: FoundNetwork): Promise<{ x0: Uint8Array; view: ViewConfig; label: number; count: number }> {
    const { home, source, dataset, hash, split, index } = request;
    const view = await viewOf(home, source, network);
    if (!view) throw new LabError('network-input-unknown', { inputs: portWords(network.model) });
    const images = openViewByKey(home, dataset, viewKey(hash, view));
    try {
      const count = images.count(split);
      if (index >= count) throw new LabError('image-index-outside', { index, split, count });
      const x0 = new Uint8Array(view.height * view.width * view.channels);
      images.read(split, [index], x0);
      return { x0, view, label: images.labels(split)[index], count };
    } finally {
      images.close();
    }
  }

  async function inputsOf({ home, source, seed, t }: Request, { network: { model } }: FoundNetwork, x0: Uint8Array, device: string): Promise<{ inputs: Record<string, GraphInput>; input: contract.ActivationsResult['input'] }> {
    const feed = feedOf(model, false);
    if (feed.kind === 'latent' && 'run' in source) {
      const [{ name, shape }] = model.inputs;
      const size = Number(shape[1]);
      const encodes = (await models.abilities(home, source.run)).has('encode');
      const data = encodes ? await encoded(home, source.run, x0, device) : firstNoise(seed, [0], size);
      return { inputs: { [name]: { data, shape: [1, size] } }, input: null };
    }
    const { inputs, shown, range } = imageInputs(model, { x0, seed, t });
    const { height, width, channels } = imageShapeOf(model)!;
    const pixels = Uint8Array.from(shown, (value) => Math.min(255, Math.max(0, Math.round(((value - range[0]) / (range[1] - range[0])) * 255))));
    return { inputs, input: { pixels, shape: [height, width, channels] } };
  }

  /** The image's place in the latent space: the posterior's mean. */
  async function encoded(home: string, run: string, x0: Uint8Array, device: string): Promise<Float32Array> {
    const encode = await models.graph(home, run, 'encode', device);
    const shape = encode.inputs[0].shape.slice(1).map(Number);
    return (await encode.run({ x: { data: toUnit(x0), shape: [1, ...shape] } }))['z'].data;
  }
}

const asOutput = ({ data, shape }: GraphInput): GraphOutput => ({ data: Float32Array.from(data), shape });

/** Channel after channel, as many as an answer holds. */
function channelsOf({ data, shape }: GraphOutput, { network: { model } }: FoundNetwork, tensor: string): Pick<contract.ActivationsResult, 'size' | 'values' | 'channels'> {
  const isPort = [...model.inputs, ...model.outputs].some(({ name }) => name === tensor);
  const layout = isPort ? portLayout(model.metadata) : undefined;
  const size = sizeOfShape(shape, layout);
  if (size.kind !== 'map') return { size, values: data.subarray(0, mostValues), channels: size.kind === 'sequence' ? size.channels : 1 };
  const area = size.height * size.width;
  const values = channelAxisOf(shape, layout) === 3 ? channelsFirst(data, size) : data;
  return { size, values: values.slice(0, Math.max(1, Math.min(size.channels, Math.floor(mostValues / area))) * area), channels: size.channels };
}
