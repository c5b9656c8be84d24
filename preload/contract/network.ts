/**
 * @file A network as a drawing: blocks with what flows between them, and where each stands on the sheet; and what the blocks compute for one image. Sizes
 * and costs are those of one image (batch 1).
 */

import { z } from 'zod';
import { bytes, float32 } from './arrays';
import { splitName, viewConfig } from './datasets';

/** stages: as papers draw it, a box where the resolution changes. blocks: one scope deeper. layers: every layer that has weights. */
export const networkDetail = z.enum(['stages', 'blocks', 'layers']);
export type NetworkDetail = z.infer<typeof networkDetail>;

/** What a tensor is: channels on a grid, numbers, vectors in a row, one number, or of a kind that the file does not tell. */
export const tensorSize = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('map'), height: z.int(), width: z.int(), channels: z.int() }),
  z.object({ kind: z.literal('vector'), units: z.int() }),
  z.object({ kind: z.literal('sequence'), length: z.int(), channels: z.int() }),
  z.object({ kind: z.literal('scalar') }),
  z.object({ kind: z.literal('unknown') }),
]);
export type TensorSize = z.infer<typeof tensorSize>;

export const blockKind = z.enum(['input', 'output', 'convolution', 'dense', 'attention', 'norm', 'embedding', 'other']);
export type BlockKind = z.infer<typeof blockKind>;

const count = z.number().min(0);

export const networkBlock = z.object({
  /** Unique in its drawing. */
  id: z.string(),
  kind: blockKind,
  /** Of the scope in the file: 'down.0.half'; a name of an input or an output. */
  name: z.string(),
  /** How often each operation that has weights, or mixes positions, occurs in it: ONNX's names. */
  operations: z.array(z.object({ name: z.string(), count: z.int() })),
  parameters: count,
  /** Of one image: products that are summed, in convolutions and matrix products. */
  multiplyAdds: count,
  /** What it gives to others. */
  size: tensorSize,
  /** The name of that tensor in the file; null for what can't be asked for. */
  tensor: z.string().nullable(),
});
export type NetworkBlock = z.infer<typeof networkBlock>;

/** Data of `size` that goes from one block to another. */
export const networkEdge = z.object({ from: z.string(), to: z.string(), size: tensorSize });
export type NetworkEdge = z.infer<typeof networkEdge>;

export const network = z.object({ blocks: z.array(networkBlock), edges: z.array(networkEdge), parameters: count, multiplyAdds: count });
export type Network = z.infer<typeof network>;

/** A block's place, in units of the sheet: x, y is its upper left corner. */
export const networkBox = z.object({ id: z.string(), x: z.number(), y: z.number(), width: z.number(), height: z.number(), /** Centre and first baseline of its words. */ labelX: z.number(), labelY: z.number(), /** Room for its words. */ labelWidth: z.number() });
export type NetworkBox = z.infer<typeof networkBox>;

/** flow: to the next. skip: past others. condition: numbers that steer a grid of channels. */
export const networkLine = z.object({ from: z.string(), to: z.string(), kind: z.enum(['flow', 'skip', 'condition']), /** SVG path data. */ path: z.string() });
export type NetworkLine = z.infer<typeof networkLine>;

/** `boxes` are in the order in which data goes. */
export const networkLayout = z.object({ width: z.number(), height: z.number(), boxes: z.array(networkBox), lines: z.array(networkLine) });
export type NetworkLayout = z.infer<typeof networkLayout>;

/** Largest ONNX file that a page may send to be looked at. */
export const largestNetworkFile = 60 * 2 ** 20;

const fileHash = z.string().regex(/^[0-9a-f]{64}$/);

/** A graph of a run, its first one when none is named; or a file that was opened. */
export const networkSource = z.union([z.strictObject({ run: z.string(), graph: z.string().max(200).optional() }), z.strictObject({ file: fileHash })]);
export type NetworkSource = z.infer<typeof networkSource>;

export const openArgs = z.object({ bytes });
/** The name under which the file is kept while the lab has room for it: the SHA-256 of its bytes. */
export const openResult = z.object({ file: fileHash });

export const drawingArgs = z.object({ source: networkSource, detail: networkDetail });
export const drawingResult = z.object({
  network,
  layout: networkLayout,
  /** Which graph was drawn; null for a file. */
  graph: z.string().nullable(),
  /** Graphs of the run. */
  graphs: z.array(z.string()),
  /** Empty where the file has none. */
  signature: z.string(),
  /** Details that show something else than the one before, ascending. */
  details: z.array(networkDetail),
  /** What can be put into it: an image, an image noised to a timestep 0..steps - 1, a latent vector, or nothing that we know of. */
  feed: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('image') }),
    z.object({ kind: z.literal('noised'), steps: z.int() }),
    z.object({ kind: z.literal('latent'), encodes: z.boolean() }),
    z.object({ kind: z.literal('none') }),
  ]),
  /** How it sees images of a dataset; null where it sees none. */
  view: viewConfig.nullable(),
});
export type DrawingResult = z.infer<typeof drawingResult>;

export const activationsArgs = z.object({
  source: networkSource,
  /** As the drawing names it. */
  tensor: z.string().max(1000),
  /** Of the dataset; of a run its own when none is named. */
  dataset: z.string().optional(),
  split: splitName,
  index: z.int().min(0),
  /** Timestep, 0 to T - 1, where the network takes a noised image. */
  t: z.int().min(0).optional(),
  /** Of the noise. */
  seed: z.int().min(0).default(1),
  device: z.string().optional(),
});
export type ActivationsArgs = z.output<typeof activationsArgs>;

export const activationsResult = z.object({
  size: tensorSize,
  /** Channel after channel: [C, H, W]; [units]; [length, C]. */
  values: float32,
  /** Channels that the tensor has; fewer are sent where it is large. */
  channels: z.int(),
  /** What was put in, as bytes for the eye: [height, width, channels]; null for numbers. */
  input: z.object({ pixels: bytes, shape: z.array(z.int()) }).nullable(),
  /** A place in the dataset's list of labels, -1: none. */
  label: z.int(),
  /** Images in the split. */
  count: z.int(),
  device: z.string(),
});
export type ActivationsResult = z.infer<typeof activationsResult>;

/** '14 × 14 × 24', '64', '49 × 48'; empty for what has no figures. */
export function sizeText(size: TensorSize): string {
  switch (size.kind) {
    case 'map':
      return `${size.height} × ${size.width} × ${size.channels}`;
    case 'sequence':
      return `${size.length} × ${size.channels}`;
    case 'vector':
      return String(size.units);
    case 'scalar':
    case 'unknown':
      return '';
  }
}

/** A kind's place in the colours of labels, wherever it is drawn; ports have none. */
export const kindColours: { readonly [K in BlockKind]: number | undefined } = { input: undefined, output: undefined, convolution: 0, dense: 1, attention: 2, norm: 6, embedding: 5, other: 11 };
