/** @file Latent vectors of images, and images of latent vectors, by the signatures encode(x)->z and decode(z)->x. */

import type { Split } from '../../preload/contract/datasets';
import type { DecodeGridRequest, Images } from '../../preload/contract/inference';
import type { Work } from '../../preload/contract/progress';
import { LabError } from '../../preload/contract/errors';
import { batchSizeOf, breathe, normalsAt, pieces, readImages, toUnit, unitToBytes, type LabelledImages } from './batches';
import { imageShape, inputShape, outputShape, takeOutput, type LearntGraph } from './signatures';

export interface Latents {
  z: Float32Array;
  /** [count, size] */
  shape: [number, number];
}

/**
 * Posterior means of images `indices` of a split. Grey images go in as they are, to models of binary images too.
 * @param report told after each pass how many images are done
 * @throws LabError 'graph-malformed', 'model-not-finite', 'cancelled'
 */
export async function encodeImages(graph: LearntGraph, images: LabelledImages, split: Split, indices: Int32Array, work: Work, report: (done: number) => void = () => undefined): Promise<Latents> {
  const shape = imageShape(graph, 'x');
  const [latentSize] = outputShape(graph, 'z', 1);
  const z = new Float32Array(indices.length * latentSize);
  for (const [first, end] of pieces(indices.length, batchSizeOf(shape))) {
    await breathe(work, 'encode');
    const x = toUnit(readImages(images, split, indices.subarray(first, end), shape));
    const outputs = await graph.run({ x: { data: x, shape: [end - first, shape.height, shape.width, shape.channels] } });
    z.set(takeOutput(graph, outputs, 'z', [end - first, latentSize]), first * latentSize);
    report(end);
  }
  return { z, shape: [indices.length, latentSize] };
}

const upTo = (count: number): Int32Array => Int32Array.from({ length: count }, (_, i) => i);

/** The whole dataset in its order, train images first, with their labels. @throws as `encodeImages` */
export async function encodeDataset(graph: LearntGraph, images: LabelledImages, work: Work): Promise<Latents & { labels: Int32Array; splits: { train: number; test: number } }> {
  const splits = { train: images.count('train'), test: images.count('test') };
  const total = splits.train + splits.test;
  const report = (done: number) => work.progress({ phase: 'encode', done, total });
  report(0);
  const train = await encodeImages(graph, images, 'train', upTo(splits.train), work, report);
  const test = await encodeImages(graph, images, 'test', upTo(splits.test), work, (done) => report(splits.train + done));
  const z = new Float32Array(train.z.length + test.z.length);
  z.set(train.z);
  z.set(test.z, train.z.length);
  const labels = new Int32Array(total);
  labels.set(images.labels('train'));
  labels.set(images.labels('test'), splits.train);
  return { z, shape: [total, train.shape[1]], labels, splits };
}

/** Images [N, H, W, C] of latent vectors z [N, D]. @throws LabError 'graph-malformed', 'model-not-finite', 'cancelled' */
export async function decodeLatents(graph: LearntGraph, z: Float32Array, work: Work): Promise<Images> {
  const [latentSize] = inputShape(graph, 'z', 1);
  const [height, width, channels] = outputShape(graph, 'x', 3);
  const count = z.length / latentSize;
  const size = height * width * channels;
  const images = new Uint8Array(count * size);
  work.progress({ phase: 'decode', done: 0, total: count });
  for (const [first, end] of pieces(count, batchSizeOf({ height, width, channels }))) {
    await breathe(work, 'decode');
    const outputs = await graph.run({ z: { data: z.slice(first * latentSize, end * latentSize), shape: [end - first, latentSize] } });
    images.set(unitToBytes(takeOutput(graph, outputs, 'x', [end - first, height, width, channels])), first * size);
    work.progress({ phase: 'decode', done: end, total: count });
  }
  return { images, shape: [count, height, width, channels] };
}

/** `n` images of z ~ N(0, I); image i is a function of (seed, i). @throws as `decodeLatents` */
export async function sampleLatents(graph: LearntGraph, n: number, seed: number, work: Work): Promise<Images> {
  const [latentSize] = inputShape(graph, 'z', 1);
  return decodeLatents(graph, normalsAt(seed, 'sample/first', upTo(n), latentSize), work);
}

/** Images [rows, columns, H, W, C] of a plane through the latent space. @throws LabError 'latent-axis-outside', 'latent-size', and as `decodeLatents` */
export async function decodeGrid(graph: LearntGraph, { axes, columns, rows, spread, origin }: Omit<DecodeGridRequest, 'home' | 'run' | 'device'>, work: Work): Promise<Images> {
  const [latentSize] = inputShape(graph, 'z', 1);
  for (const axis of axes) if (axis >= latentSize) throw new LabError('latent-axis-outside', { axis, size: latentSize });
  if (origin && origin.length !== latentSize) throw new LabError('latent-size', { expected: latentSize, got: origin.length });
  const z = new Float32Array(rows * columns * latentSize);
  const at = (i: number, count: number) => (count === 1 ? 0 : spread * ((2 * i) / (count - 1) - 1));
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const first = (row * columns + column) * latentSize;
      if (origin) z.set(origin, first);
      z[first + axes[0]] += at(column, columns);
      z[first + axes[1]] += at(row, rows);
    }
  }
  const { images, shape } = await decodeLatents(graph, z, work);
  return { images, shape: [rows, columns, ...shape.slice(1)] };
}
