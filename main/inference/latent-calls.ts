/** @file The calls about a run's latent space. Arguments and results: preload/contract/latents.ts. */

import { viewConfig, type Split } from '../../preload/contract/datasets';
import { LabError } from '../../preload/contract/errors';
import * as contract from '../../preload/contract/latents';
import type { Work } from '../../preload/contract/progress';
import { interpolate } from '../analysis/interpolation';
import { axisStatistics } from '../analysis/axis-statistics';
import { mapLatents, placeOnMap } from '../analysis/latent-map';
import { trustworthinessInSteps } from '../analysis/trustworthiness';
import { openViewByKey, type View } from '../data/catalog/view';
import { viewKey } from '../data/catalog/view-folder';
import { readRun } from '../runs/run';
import { breathe, sizeOf, toUnit } from '../sampling/batches';
import { decodeLatents, encodeDataset, encodeImages } from '../sampling/latents';
import { imageShape, inputShape, outputShape, takeOutput, type Ability, type LearntGraph } from '../sampling/signatures';
import type { Handlers } from '../supervisor/protocol';
import { parsed } from './arguments';
import { goOnNegElbos, meanKl, squaredErrors, startNegElbos } from './latent-loss';
import { distancesTo, findUsual, keepEncodings, rowOf, type Encoding } from './latent-space';
import type { Models } from './models';
import type { latentCalls } from './process';
import { withView } from './run-view';

/** Images behind the mean KL of an axis: a second's work, and the mean is known to a per cent. */
const klImages = 10_000;

interface Target {
  home: string;
  run: string;
  dataset: string;
  hash: string;
  device?: string;
}

/** A target with the device that it comes to, and where its encoding is kept. */
interface Space extends Target {
  device: string;
  key: string;
  abilities: Map<Ability, string>;
}

const quiet = (work: Work): Work => ({ ...work, progress: () => undefined });

export function latentHandlers(models: Models): Record<(typeof latentCalls)[number], Handlers[string]> {
  const encodings = keepEncodings();

  async function locate(target: Target): Promise<Space> {
    const device = await models.device(target.device);
    const abilities = await models.abilities(target.home, target.run);
    const { view } = await readRun(target.home, target.run);
    return { ...target, device, abilities, key: [device, abilities.get('encode'), viewKey(target.hash, viewConfig.parse(view))].join(' ') };
  }

  const graphOf = ({ home, run, device }: Space, ability: Ability): Promise<LearntGraph> => models.graph(home, run, ability, device);
  const lent = <T>({ home, run, dataset, hash }: Space, graph: LearntGraph, use: (view: View) => Promise<T>): Promise<T> =>
    withView(home, run, { name: dataset, hash }, graph, 'x', use);

  /** The whole dataset, encoded at the first call that needs it. */
  async function encodingOf(space: Space, work: Work): Promise<Encoding> {
    const known = encodings.get(space.key);
    if (known) return known;
    const graph = await graphOf(space, 'encode');
    const encoding = await lent(space, graph, async (view): Promise<Encoding> => {
      const { z, shape, labels, splits } = await encodeDataset(graph, view, work);
      return { z, latentSize: shape[1], labels, splits, labelNames: view.info.labels };
    });
    encodings.add(space.key, encoding);
    return encoding;
  }

  /** Vectors of points, one after the other; images that are not encoded yet are encoded by themselves. -> [n, D] */
  async function vectorsOf(space: Space, points: readonly contract.LatentPoint[], work: Work): Promise<{ z: Float32Array; latentSize: number }> {
    const encoding = encodings.get(space.key);
    const given = points.find((point) => 'z' in point);
    const latentSize = encoding?.latentSize ?? (given ? inputShape(await graphOf(space, 'decode'), 'z', 1)[0] : outputShape(await graphOf(space, 'encode'), 'z', 1)[0]);
    const z = new Float32Array(points.length * latentSize);
    const missing: { split: Split; index: number; at: number }[] = [];
    points.forEach((point, i) => {
      const at = i * latentSize;
      if ('z' in point) z.set(checkedSize(point.z, latentSize), at);
      else if (encoding) {
        const row = rowOf(encoding, point);
        z.set(encoding.z.subarray(row * latentSize, (row + 1) * latentSize), at);
      } else missing.push({ ...point, at });
    });
    if (missing.length > 0) {
      const graph = await graphOf(space, 'encode');
      await lent(space, graph, async (view) => {
        for (const { split, index } of missing) if (index >= view.count(split)) throw new LabError('image-index-outside', { index, split, count: view.count(split) });
        for (const split of ['train', 'test'] as const) {
          const here = missing.filter((place) => place.split === split);
          const encoded = await encodeImages(graph, view, split, Int32Array.from(here, ({ index }) => index), work);
          here.forEach(({ at }, i) => z.set(encoded.z.subarray(i * latentSize, (i + 1) * latentSize), at));
        }
      });
    }
    return { z, latentSize };
  }

  return {
    async latentMap(args, work): Promise<contract.LatentMap> {
      const space = await locate(parsed(contract.mapRequest, args));
      const encoding = await encodingOf(space, work);
      return (encoding.map ??= await mapOf(encoding, space, work));
    },

    async latentLoss(args, work): Promise<contract.LatentLoss> {
      const { measure, upTo, ...target } = parsed(contract.lossRequest, args);
      const space = await locate(target);
      const encoding = await encodingOf(space, work);
      const total = encoding.labels.length;
      const report = (done: number) => work.progress({ phase: 'loss', done, total });
      const encode = await graphOf(space, 'encode');
      if (measure === 'squaredError') {
        if (encoding.squaredErrors) return encoding.squaredErrors;
        report(0);
        const decode = await graphOf(space, 'decode');
        const loss = await lent(space, encode, (view) => squaredErrors(decode, encoding.z, view, work, report));
        return (encoding.squaredErrors = { measure, loss, done: total, draws: null, device: space.device });
      }
      const elbo = await graphOf(space, 'elbo');
      return lent(space, encode, async (view) => {
        const so = (encoding.negElbos ??= startNegElbos(elbo, view));
        report(so.done);
        await goOnNegElbos(elbo, view, so, upTo ?? total, work, report);
        return { measure, loss: so.loss, done: so.done, draws: so.draws, device: space.device };
      });
    },

    async latentStats(args, work): Promise<contract.LatentStats> {
      const space = await locate(parsed(contract.statsRequest, args));
      const encoding = await encodingOf(space, work);
      if (encoding.stats) return encoding.stats;
      const { z, latentSize } = encoding;
      const percentiles = new Float32Array(latentSize * 99);
      const histogram = new Int32Array(latentSize * contract.histogramBins);
      const variances = new Float32Array(latentSize);
      for (let d = 0; d < latentSize; d++) {
        await breathe(work, 'latentStats');
        const axis = axisStatistics(z, latentSize, d, contract.histogramBins);
        percentiles.set(axis.percentiles, d * 99);
        histogram.set(axis.histogram, d * contract.histogramBins);
        variances[d] = axis.variance;
        work.progress({ phase: 'axes', done: d + 1, total: latentSize });
      }
      const count = encoding.labels.length;
      const told = space.abilities.has('elbo') ? await klOf(space, work) : null;
      const information = told?.kl ?? variances;
      const order = Int32Array.from({ length: latentSize }, (_, d) => d).sort((a, b) => information[b] - information[a] || a - b);
      encoding.stats = { latentSize, information, measure: told ? 'kl' : 'variance', images: told?.images ?? count, order, percentiles, histogram, count, device: space.device };
      return encoding.stats;
    },

    async latentsAt(args, work) {
      const { places, ...target } = parsed(contract.latentsAtRequest, args);
      return vectorsOf(await locate(target), places, quiet(work));
    },

    async decode(args, work): Promise<contract.Decoded> {
      const { z, latentSize, ...target } = parsed(contract.decodeRequest, args);
      const space = await locate(target);
      const graph = await graphOf(space, 'decode');
      const [size] = inputShape(graph, 'z', 1);
      if (latentSize !== size || z.length === 0 || z.length % size !== 0) throw new LabError('latent-size', { expected: size, got: latentSize === size ? z.length : latentSize });
      const decoded = await decodeLatents(graph, z, quiet(work));
      const encoding = encodings.get(space.key);
      return { ...decoded, distances: encoding ? distancesTo(encoding, z) : null };
    },

    async latentWalk(args, work): Promise<contract.Walk> {
      const { from, to, method, steps, ...target } = parsed(contract.walkRequest, args);
      const space = await locate(target);
      const { z, latentSize } = await vectorsOf(space, [from, to], quiet(work));
      const way = interpolate(z.subarray(0, latentSize), z.subarray(latentSize), steps, method);
      return { ...(await decodeLatents(await graphOf(space, 'decode'), way, quiet(work))), z: way, latentSize, device: space.device };
    },

    async traverse(args, work): Promise<contract.Traversal> {
      const { anchor, directions, across, down, columns, rows, ...target } = parsed(contract.traverseRequest, args);
      const space = await locate(target);
      const { z: origin, latentSize } = await vectorsOf(space, [anchor], quiet(work));
      const z = planeOf(origin, checkedSize(directions, 2 * latentSize), { across, down, columns, rows });
      const { images, shape } = await decodeLatents(await graphOf(space, 'decode'), z, quiet(work));
      return { images, shape: [rows, columns, ...shape.slice(1)], z, device: space.device };
    },

    async placeImage(args, work): Promise<contract.PlacedImage> {
      const { pixels, ...target } = parsed(contract.placeRequest, args);
      const space = await locate(target);
      const graph = await graphOf(space, 'encode');
      const shape = imageShape(graph, 'x');
      if (pixels.length !== sizeOf(shape)) throw new LabError('images-do-not-fit', { expected: `${shape.height} x ${shape.width} x ${shape.channels}`, got: pixels.length });
      const [latentSize] = outputShape(graph, 'z', 1);
      const imageAxes = [shape.height, shape.width, shape.channels];
      const z = takeOutput(graph, await graph.run({ x: { data: toUnit(pixels), shape: [1, ...imageAxes] } }), 'z', [1, latentSize]);
      const decoded = await decodeLatents(await graphOf(space, 'decode'), z, quiet(work));
      const encoding = encodings.get(space.key);
      const distances = encoding ? distancesTo(encoding, z) : null;
      return { z, point: encoding?.map ? placeOnMap(encoding.map, z) : null, original: pixels, reconstruction: decoded.images, shape: imageAxes, distance: distances?.[0] ?? null };
    },

    async thumbnails(args): Promise<contract.Thumbnails> {
      const { home, dataset, hash, view: config, places } = parsed(contract.thumbnailsRequest, args);
      const view = openViewByKey(home, dataset, viewKey(hash, config));
      try {
        const size = sizeOf(config);
        const images = new Uint8Array(places.length * size);
        const labels = new Int32Array(places.length);
        places.forEach(({ split, index }, i) => {
          if (index >= view.count(split)) throw new LabError('image-index-outside', { index, split, count: view.count(split) });
          view.read(split, [index], images.subarray(i * size, (i + 1) * size));
          labels[i] = view.labels(split)[index];
        });
        return { images, shape: [places.length, config.height, config.width, config.channels], labels };
      } finally {
        view.close();
      }
    },
  };

  async function mapOf(encoding: Encoding, space: Space, work: Work): Promise<contract.LatentMap> {
    const { z, latentSize, splits, labels, labelNames } = encoding;
    const phases = { project: 0, flat: 1, deep: 2, usual: 3 };
    const report = (phase: keyof typeof phases, part = 0) => work.progress({ phase: 'map', done: phases[phase] + part, total: 4 });
    report('project');
    await breathe(work, 'latentMap');
    const map = mapLatents(z, latentSize);
    const trust = async (dims: number, phase: keyof typeof phases) => {
      report(phase);
      if (map.kind === 'latent' || dims > map.rank || latentSize <= dims) return null;
      const steps = trustworthinessInSteps(z, latentSize, coordinates(map, dims), dims);
      for (;;) {
        const step = steps.next();
        if (step.done) return step.value;
        await breathe(work, 'latentMap');
      }
    };
    const trustworthiness = { flat: await trust(2, 'flat'), deep: await trust(3, 'deep') };
    await findUsual(encoding, async (part) => {
      report('usual', part);
      await breathe(work, 'latentMap');
    });
    report('usual', 1);
    const losses = (['negElbo', 'squaredError'] as const).filter((measure) => space.abilities.has(measure === 'negElbo' ? 'elbo' : 'decode'));
    return { ...map, latentSize, splits, labels, labelNames, trustworthiness, losses, device: space.device };
  }

  async function klOf(space: Space, work: Work): Promise<{ kl: Float32Array; images: number }> {
    const graph = await models.part(space.home, space.run, 'elbo', space.device, ['kl']);
    return lent(space, graph, (view) => meanKl(graph, view, klImages, work, (done) => work.progress({ phase: 'kl', done, total: Math.min(klImages, view.count('train') + view.count('test')) })));
  }
}

/** @throws LabError 'latent-size' */
function checkedSize(z: Float32Array, size: number): Float32Array {
  if (z.length !== size) throw new LabError('latent-size', { expected: size, got: z.length });
  return z;
}

/** The first `dims` coordinates of each point of a map. */
function coordinates({ points, rank }: { points: Float32Array; rank: number }, dims: number): Float32Array {
  if (rank === dims) return points;
  const count = points.length / rank;
  const out = new Float32Array(count * dims);
  for (let n = 0; n < count; n++) for (let k = 0; k < dims; k++) out[n * dims + k] = points[n * rank + k];
  return out;
}

type Plane = Pick<contract.TraverseArgs, 'across' | 'down' | 'columns' | 'rows'>;

/** origin + s a + t b: s evenly over `across` in the columns, t over `down` in the rows, the middle where there is one alone. -> [rows, columns, D] */
function planeOf(origin: Float32Array, directions: Float32Array, { across, down, columns, rows }: Plane): Float32Array {
  const size = origin.length;
  const z = new Float32Array(rows * columns * size);
  const at = ([from, to]: readonly [number, number], i: number, count: number) => (count === 1 ? (from + to) / 2 : from + ((to - from) * i) / (count - 1));
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const [s, t] = [at(across, column, columns), at(down, row, rows)];
      const first = (row * columns + column) * size;
      for (let d = 0; d < size; d++) z[first + d] = origin[d] + s * directions[d] + t * directions[size + d];
    }
  }
  return z;
}
