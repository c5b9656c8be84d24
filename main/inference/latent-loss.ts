/** @file The loss of every image: -ELBO where a run can tell it, the error of the reconstruction where it can't; and the KL of each latent axis. */

import type { Split } from '../../preload/contract/datasets';
import type { Work } from '../../preload/contract/progress';
import { shuffledIndices } from '../analysis/sampling';
import { batchSizeOf, binarise, breathe, isBinary, normalsAt, pieces, readImages, sizeOf, toUnit, type LabelledImages } from '../sampling/batches';
import { imageShape, inputShape, outputShape, takeOutput, type LearntGraph } from '../sampling/signatures';

/** Values of decoded images in a pass of elbo: small, so that a decode while dragging gets in within a few hundredths of a second. */
const decodedAPass = 1_000_000;

type Report = (done: number) => void;

/** The dataset in its order, in batches of one split. */
function* batchesOf(images: LabelledImages, size: number): Generator<{ split: Split; indices: Int32Array; first: number }> {
  let before = 0;
  for (const split of ['train', 'test'] as const) {
    for (const [first, end] of pieces(images.count(split), size)) {
      yield { split, indices: Int32Array.from({ length: end - first }, (_, i) => first + i), first: before + first };
    }
    before += images.count(split);
  }
}

const countOf = (images: LabelledImages): number => images.count('train') + images.count('test');

/** -ELBO of images so far, [N]: NaN for those that were not reached; in a random order, so that those reached are a sample. */
export interface NegElbos {
  loss: Float32Array;
  order: Int32Array;
  done: number;
  /** K, of each image. */
  draws: number;
}

export const startNegElbos = (elbo: LearntGraph, images: LabelledImages): NegElbos => ({
  loss: new Float32Array(countOf(images)).fill(NaN),
  order: shuffledIndices(countOf(images), 0),
  done: 0,
  draws: inputShape(elbo, 'eps', 2)[0],
});

/**
 * -ELBO(x) = -1/K sum_k log p(x | z_k) + KL(q(z | x) || p(z)) of each image, K the draws of a pass of the graph; nats. Models of binary
 * images see each image as one draw of Bernoulli(pixel / 255), always the same. What was reached stays when it is cancelled.
 * @param upTo how many images are to be reached
 * @throws LabError 'graph-malformed', 'model-not-finite', 'cancelled'
 */
export async function goOnNegElbos(elbo: LearntGraph, images: LabelledImages, so: NegElbos, upTo: number, work: Work, report: Report): Promise<void> {
  const [draws, latentSize] = inputShape(elbo, 'eps', 2);
  const passSize = Math.max(1, Math.min(256, Math.floor(decodedAPass / (draws * sizeOf(imageShape(elbo, 'x'))))));
  const trainCount = images.count('train');
  const end = Math.min(upTo, so.order.length);
  while (so.done < end) {
    await breathe(work, 'latentLoss');
    const rows = so.order.slice(so.done, Math.min(end, so.done + passSize)).sort();
    for (const split of ['train', 'test'] as const) {
      const here = rows.filter((row) => (split === 'train') === row < trainCount);
      if (here.length === 0) continue;
      const { recon, kl } = await elboOf(elbo, images, split, split === 'train' ? here : here.map((row) => row - trainCount));
      here.forEach((row, i) => {
        let sum = 0;
        for (let k = 0; k < draws; k++) sum -= recon[i * draws + k] / draws;
        for (let d = 0; d < latentSize; d++) sum += kl[i * latentSize + d];
        so.loss[row] = sum;
      });
    }
    so.done += rows.length;
    report(so.done);
  }
}

/** One pass: recon [B, K] and kl [B, D] of images of a split; draws are a function of split, image and k alone. */
async function elboOf(elbo: LearntGraph, images: LabelledImages, split: Split, indices: Int32Array) {
  const [draws, latentSize] = inputShape(elbo, 'eps', 2);
  const eps = normalsAt(0, `latent-loss/${split}`, indices, draws * latentSize);
  const outputs = await elbo.run(elboInputs(elbo, images, split, indices, eps));
  return { recon: takeOutput(elbo, outputs, 'recon', [indices.length, draws]), kl: takeOutput(elbo, outputs, 'kl', [indices.length, latentSize]) };
}

function elboInputs(elbo: LearntGraph, images: LabelledImages, split: Split, indices: Int32Array, eps: Float32Array) {
  const { height, width, channels } = imageShape(elbo, 'x');
  const [draws, latentSize] = inputShape(elbo, 'eps', 2);
  const x = toUnit(readImages(images, split, indices, { height, width, channels }));
  if (isBinary(elbo)) binarise(x, indices);
  return { x: { data: x, shape: [indices.length, height, width, channels] }, eps: { data: eps, shape: [indices.length, draws, latentSize] } };
}

/** Sum over pixels of (x - decode(z))^2 of each image, z [N, D] its own latent vector; [N]. @throws as `goOnNegElbos` */
export async function squaredErrors(decode: LearntGraph, z: Float32Array, images: LabelledImages, work: Work, report: Report): Promise<Float32Array> {
  const [height, width, channels] = outputShape(decode, 'x', 3);
  const shape = { height, width, channels };
  const size = sizeOf(shape);
  const [latentSize] = inputShape(decode, 'z', 1);
  const loss = new Float32Array(countOf(images));
  for (const { split, indices, first } of batchesOf(images, batchSizeOf(shape))) {
    await breathe(work, 'latentLoss');
    const count = indices.length;
    const x = toUnit(readImages(images, split, indices, shape));
    const outputs = await decode.run({ z: { data: z.slice(first * latentSize, (first + count) * latentSize), shape: [count, latentSize] } });
    const back = takeOutput(decode, outputs, 'x', [count, height, width, channels]);
    for (let i = 0; i < count; i++) {
      let sum = 0;
      for (let at = i * size; at < (i + 1) * size; at++) sum += (x[at] - back[at]) ** 2;
      loss[first + i] = sum;
    }
    report(first + count);
  }
  return loss;
}

/**
 * Mean KL(q(z_d | x) || p(z_d)) of each axis over `wanted` images, evenly spaced over the dataset; nats, [D].
 * @param klOf the run's elbo graph with its output kl alone: no draw of z is needed
 * @throws as `goOnNegElbos`
 */
export async function meanKl(klOf: LearntGraph, images: LabelledImages, wanted: number, work: Work, report: Report): Promise<{ kl: Float32Array; images: number }> {
  const [draws, latentSize] = inputShape(klOf, 'eps', 2);
  const shape = imageShape(klOf, 'x');
  const count = countOf(images);
  const used = Math.min(wanted, count);
  const rows = Int32Array.from({ length: used }, (_, i) => Math.floor((i * count) / used));
  const trainCount = images.count('train');
  const sums = new Float64Array(latentSize);
  let done = 0;
  for (const split of ['train', 'test'] as const) {
    const places = split === 'train' ? rows.filter((row) => row < trainCount) : rows.filter((row) => row >= trainCount).map((row) => row - trainCount);
    for (const [first, end] of pieces(places.length, batchSizeOf(shape))) {
      await breathe(work, 'latentStats');
      const chosen = places.subarray(first, end);
      const outputs = await klOf.run(elboInputs(klOf, images, split, chosen, new Float32Array(chosen.length * draws * latentSize)));
      const kl = takeOutput(klOf, outputs, 'kl', [chosen.length, latentSize]);
      for (let i = 0; i < kl.length; i++) sums[i % latentSize] += kl[i];
      report((done += chosen.length));
    }
  }
  return { kl: Float32Array.from(sums, (sum) => sum / used), images: used };
}
