/** @file How good a diffusion model is on held-out images: the loss it was trained on, and the variational bound in bits per dimension (Ho et al. 2020). */

import type { DiffusionEvaluation } from '../../preload/contract/inference';
import type { Work } from '../../preload/contract/progress';
import { mean } from '../analysis/statistics';
import { randomStream } from '../platform/random';
import { batchSizeOf, breathe, normalsAt, pieces, readImages, sizeOf, testPlaces, toSigned, type LabelledImages } from '../sampling/batches';
import { logByteProbability } from './discretised-gaussian';
import { denoise, diffuse, predictX0 } from '../sampling/samplers';
import { imageShape, scheduleOf, type LearntGraph } from '../sampling/signatures';

/** What costs about a minute with a U-Net of 2 million parameters on 2 cores; the standard errors say what is left. */
const imagesByDefault = 1024;
/** (sqrt(5) - 1) / 2: multiples of it are spread evenly over the circle in every run of consecutive images. */
const goldenRatio = 0.6180339887498949;

/**
 * Two passes an image: t = 1 gives the decoder's term, t ~ q in 2..T one term of the sum, divided by q(t); together they also give L_simple,
 *   1 / T sum_t |eps - eps_theta|^2 = 1 / T (term of t = 1) + 1 / T (term of t) / q(t).
 * q is half uniform and half what the terms of the sum are for data of a known variance: the sum is nearly all in its first few steps.
 * @throws LabError 'graph-metadata', 'model-not-finite', 'split-too-small' (no test images), 'cancelled'
 */
export async function evaluateDiffusion(
  graph: LearntGraph,
  data: LabelledImages,
  { seed = 0, images: wanted = imagesByDefault }: { seed?: number; images?: number },
  work: Work,
): Promise<DiffusionEvaluation> {
  const { alphaBar, steps: total } = scheduleOf(graph);
  const shape = imageShape(graph, 'x_t');
  const size = sizeOf(shape);
  const places = testPlaces(data, wanted);
  const images = places.length;
  const losses = new Float64Array(images);
  const bounds = new Float64Array(images);
  const parts = { prior: 0, steps: 0, decoder: 0 };
  const toBits = 1 / (size * Math.LN2);
  const proposal = stepProposal(alphaBar);
  const start = randomStream(seed, 'evaluate/t', 0).uniform();
  const at = Float64Array.from(places, (_, i) => (start + i * goldenRatio) % 1);
  const sigma1 = decoderDeviation(alphaBar);
  work.progress({ phase: 'evaluate', done: 0, total: images });

  for (const [first, end] of pieces(images, batchSizeOf(shape))) {
    const batch = places.subarray(first, end);
    const x0 = toSigned(readImages(data, 'test', batch, shape));
    const predicted = new Float32Array(x0.length);
    const passes = [new Int32Array(batch.length), Int32Array.from(batch, (_, i) => proposal.stepAt(at[first + i]))];
    for (const [pass, t] of passes.entries()) {
      if (pass === 1 && total === 1) continue;
      await breathe(work, 'evaluate');
      const eps = normalsAt(seed, `evaluate/${pass}`, batch, size);
      const xt = diffuse(x0, eps, t, alphaBar, size);
      const guess = await denoise(graph, xt, t, shape);
      predictX0(xt, guess, (i) => alphaBar[t[i]], size, true, predicted);
      for (let i = 0; i < batch.length; i++) {
        const range: [number, number] = [i * size, (i + 1) * size];
        const inverse = pass === 0 ? 1 : 1 / proposal.q[t[i]];
        losses[first + i] += (inverse / total / size) * squaredDistance(eps, guess, ...range);
        let term: number;
        if (pass === 0) {
          term = -logDecoder(x0, predicted, sigma1, ...range) * toBits;
          parts.decoder += term / images;
        } else {
          term = inverse * stepWeight(alphaBar, t[i]) * squaredDistance(x0, predicted, ...range) * toBits;
          parts.steps += term / images;
        }
        bounds[first + i] += term;
      }
    }
    for (let i = 0; i < batch.length; i++) {
      const prior = priorTerm(x0.subarray(i * size, (i + 1) * size), alphaBar[total - 1]) * toBits;
      parts.prior += prior / images;
      bounds[first + i] += prior;
    }
    work.progress({ phase: 'evaluate', done: end, total: images });
  }
  return { loss: mean(losses), lossError: stratifiedError(losses, at), bound: mean(bounds), boundError: stratifiedError(bounds, at), parts, images, drawsPerImage: 2 };
}

/** SNR(t) = abar / (1 - abar) */
const signalToNoise = (abar: number): number => abar / (1 - abar);

/** Eq. 8 with sigma^2 = beta tilde, nats: L_{t-1} = 1/2 (SNR(t-1) - SNR(t)) |x_0 - x_theta|^2 (Kingma et al. 2021, eq. 13). */
const stepWeight = (alphaBar: readonly number[], t: number): number => 0.5 * (signalToNoise(alphaBar[t - 1]) - signalToNoise(alphaBar[t]));

/** Variance of a pixel in [-1, 1] given its neighbours, as q assumes it. It moves standard errors alone. */
const pixelVariance = 0.05;

/** q(t) for t in 1..T-1 (counted from 0), and its inverse distribution function. */
function stepProposal(alphaBar: readonly number[]): { q: Float64Array; stepAt(u: number): number } {
  const total = alphaBar.length;
  const q = new Float64Array(total);
  for (let t = 1; t < total; t++) q[t] = (stepWeight(alphaBar, t) * pixelVariance * (1 - alphaBar[t])) / (alphaBar[t] * pixelVariance + 1 - alphaBar[t]);
  const sum = q.reduce((a, b) => a + b);
  const upTo = new Float64Array(total);
  for (let t = 1; t < total; t++) {
    q[t] = 0.5 / (total - 1) + (0.5 * q[t]) / sum;
    upTo[t] = upTo[t - 1] + q[t];
  }
  const stepAt = (u: number) => {
    let [low, high] = [1, total - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (u < upTo[middle]) high = middle;
      else low = middle + 1;
    }
    return low;
  };
  return { q, stepAt };
}

/** Standard error of the mean of `values` drawn at evenly spread places `at`: from the differences of neighbours, two a stratum (Cochran 1977, section 5A.12). */
function stratifiedError(values: Float64Array, at: Float64Array): number {
  const n = values.length;
  if (n < 2) return NaN;
  const order = Uint32Array.from(values, (_, i) => i).sort((a, b) => at[a] - at[b]);
  let squares = 0;
  for (let i = 1; i < n; i += 2) squares += (values[order[i]] - values[order[i - 1]]) ** 2;
  // An odd one out counts as its neighbours do.
  return Math.sqrt((squares * (n / (n - (n % 2)))) / (n * n));
}

/**
 * Deviation of the decoder p(x_0 | x_1): beta tilde_1 is 0, so that of the next step is used, as in the authors' code. With one step alone, beta_1.
 */
function decoderDeviation(alphaBar: readonly number[]): number {
  if (alphaBar.length === 1) return Math.sqrt(1 - alphaBar[0]);
  const beta = 1 - alphaBar[1] / alphaBar[0];
  return Math.sqrt(((1 - alphaBar[0]) / (1 - alphaBar[1])) * beta);
}

function squaredDistance(a: Float32Array, b: Float32Array, first: number, end: number): number {
  let sum = 0;
  for (let i = first; i < end; i++) sum += (a[i] - b[i]) ** 2;
  return sum;
}

/** L_T = KL(q(x_T | x_0) || N(0, I)) = 1/2 sum (abar x_0^2 - abar - log(1 - abar)), nats. */
function priorTerm(x0: Float32Array, abar: number): number {
  let squares = 0;
  for (const x of x0) squares += x * x;
  return 0.5 * (abar * squares - x0.length * (abar + Math.log1p(-abar)));
}

/** Eq. 13: log p(x_0 | x_1), nats. The mean of the last step is the predicted x_0 (`ancestralTransition`, abar_prev = 1). */
function logDecoder(x0: Float32Array, predicted: Float32Array, sigma: number, first: number, end: number): number {
  let sum = 0;
  for (let i = first; i < end; i++) sum += logByteProbability(x0[i], predicted[i], sigma);
  return sum;
}
