/** @file How good a latent variable model is on held-out images: the ELBO and its parts, the importance-weighted likelihood, active units. Nats per image. */

import type { LatentEvaluation } from '../../preload/contract/inference';
import type { Work } from '../../preload/contract/progress';
import { mean, variance } from '../analysis/statistics';
import { binarise, breathe, evenly, isBinary, normalsAt, pieces, readImages, sizeOf, testPlaces, toUnit, type LabelledImages } from '../sampling/batches';
import { imageShape, inputShape, takeOutput, type LearntGraph } from '../sampling/signatures';

const activeVariance = 0.01;
/** Values of decoded images that a pass holds: 4 MB, and short enough for calls that can't wait. */
const decodedAPass = 1_000_000;
/** Of IW-NLL: all 10,000 test images of 28 x 28; of larger images as many as cost the same. */
const iwPixels = 10_000 * 1024;

/**
 * Binary models see each test image as one draw of Bernoulli(pixel / 255), always the same. Draws of z are a function of (seed, image, k).
 * @throws LabError 'graph-malformed', 'model-not-finite', 'split-too-small' (no test images), 'cancelled'
 */
export async function evaluateLatent(
  { elbo, encode }: { elbo: LearntGraph; encode: LearntGraph },
  data: LabelledImages,
  { seed = 0, samples = 500, images: wanted = Infinity }: { seed?: number; samples?: number; images?: number },
  work: Work,
): Promise<LatentEvaluation> {
  const shape = imageShape(elbo, 'x');
  const size = sizeOf(shape);
  const [draws, latentSize] = inputShape(elbo, 'eps', 2);
  const binary = isBinary(elbo);
  const places = testPlaces(data, wanted);
  const iwImages = Math.max(1, Math.min(places.length, Math.floor(iwPixels / size)));
  const weighted = evenly(iwImages, places.length, 'test').map((place) => places[place]);
  const recon = new Float64Array(places.length);
  const kl = new Float64Array(places.length);
  const logLikelihood: number[] = [];
  const mu = Array.from({ length: latentSize }, () => new Float32Array(places.length));
  const passSize = Math.max(1, Math.min(256, Math.floor(decodedAPass / (draws * size))));
  const read = (chosen: Int32Array): Float32Array => {
    const x = toUnit(readImages(data, 'test', chosen, shape));
    if (binary) binarise(x, chosen);
    return x;
  };

  const chunks = Math.ceil(samples / draws);
  const total = places.length + iwImages * chunks;
  let done = 0;
  const report = (count: number) => work.progress({ phase: 'evaluate', done: (done += count), total });
  report(0);

  for (const [first, end] of pieces(places.length, passSize)) {
    await breathe(work, 'evaluate');
    const batch = places.subarray(first, end);
    const x = read(batch);
    const xShape = [batch.length, shape.height, shape.width, shape.channels];
    const z = takeOutput(encode, await encode.run({ x: { data: x, shape: xShape } }), 'z', [batch.length, latentSize]);
    const pass = await runElbo(elbo, x, xShape, normalsAt(seed, 'evaluate/elbo', batch, draws * latentSize), draws, latentSize);
    for (let i = 0; i < batch.length; i++) {
      recon[first + i] = -mean(pass.recon.subarray(i * draws, (i + 1) * draws));
      for (let d = 0; d < latentSize; d++) {
        kl[first + i] += pass.kl[i * latentSize + d];
        mu[d][first + i] = z[i * latentSize + d];
      }
    }
    report(batch.length);
  }

  for (const [first, end] of pieces(iwImages, passSize)) {
    const batch = weighted.subarray(first, end);
    const x = read(batch);
    const xShape = [batch.length, shape.height, shape.width, shape.channels];
    const sums = Array.from(batch, () => new LogSumExp());
    for (let chunk = 0; chunk < chunks; chunk++) {
      await breathe(work, 'evaluate');
      const eps = normalsAt(seed, `evaluate/importance/${chunk}`, batch, draws * latentSize);
      const { logWeight } = await runElbo(elbo, x, xShape, eps, draws, latentSize);
      const kept = Math.min(draws, samples - chunk * draws);
      for (let i = 0; i < batch.length; i++) for (let k = 0; k < kept; k++) sums[i].add(logWeight[i * draws + k]);
      report(batch.length);
    }
    for (const sum of sums) logLikelihood.push(sum.value() - Math.log(samples));
  }

  const [reconMean, klMean] = [mean(recon), mean(kl)];
  return {
    negElbo: reconMean + klMean,
    recon: reconMean,
    kl: klMean,
    iwNll: -mean(logLikelihood),
    activeUnits: mu.filter((axis) => variance(axis) > activeVariance).length,
    latentSize,
    images: places.length,
    iwImages,
    samples,
  };
}

/** log sum exp of numbers that come one by one, with the largest so far taken out. */
class LogSumExp {
  #largest = -Infinity;
  #sum = 0;

  add(value: number): void {
    if (value <= this.#largest) {
      this.#sum += Math.exp(value - this.#largest);
      return;
    }
    this.#sum = this.#sum * Math.exp(this.#largest - value) + 1;
    this.#largest = value;
  }

  value(): number {
    return this.#largest + Math.log(this.#sum);
  }
}

/** recon and logWeight [B, K], kl [B, D]. */
async function runElbo(graph: LearntGraph, x: Float32Array, xShape: number[], eps: Float32Array, draws: number, latentSize: number) {
  const batch = xShape[0];
  const outputs = await graph.run({ x: { data: x, shape: xShape }, eps: { data: eps, shape: [batch, draws, latentSize] } });
  return {
    recon: takeOutput(graph, outputs, 'recon', [batch, draws]),
    kl: takeOutput(graph, outputs, 'kl', [batch, latentSize]),
    logWeight: takeOutput(graph, outputs, 'logWeight', [batch, draws]),
  };
}
