/** @file What is asked of a run's latent space, and what it answers. Images are uint8 NHWC; a latent vector has D numbers. */

import { z } from 'zod';
import { bytes, float32, int32 } from './arrays';
import { splitName, viewConfig } from './datasets';
import { interpolationMethod } from './inference';

/** One image of a dataset: its split and its place there, counted from 0. */
export const imagePlace = z.object({ split: splitName, index: z.int().min(0) });
export type ImagePlace = z.infer<typeof imagePlace>;

const finite32 = float32.refine((values) => values.every(Number.isFinite), 'expected finite numbers');

/** A point of the latent space: where an image is encoded to, or any vector [D]. */
export const latentPoint = z.union([imagePlace, z.object({ z: finite32 })]);
export type LatentPoint = z.infer<typeof latentPoint>;

/** Most images that a call answers at once. */
export const mostImages = 4096;

/** A dataset as a run sees it, encoded by the run. */
const space = { run: z.string(), dataset: z.string(), device: z.string().optional() };
/** As the inference process is asked: the lab has looked up the dataset's hash, and the view stands packed. */
const within = { home: z.string(), hash: z.string() };

/** Of a picture of a projection: Venna and Kaski's trustworthiness of `neighbours` neighbours, from `sampled` of `count` points. */
export const trustworthiness = z.object({ value: z.number(), neighbours: z.int(), sampled: z.int(), count: z.int() });

export const mapArgs = z.object(space);
export const mapRequest = mapArgs.extend(within);
/** Points are in the dataset's order: train images, then test images. K = min(3, D); a map in two dimensions takes the first two coordinates. */
export const mapResult = z.object({
  /** latent: the coordinates are the latent space's own (D <= 2). pca: principal components. */
  kind: z.enum(['latent', 'pca']),
  /** float32 [N, K] */
  points: float32,
  rank: z.int().min(1).max(3),
  /** D */
  latentSize: z.int().min(1),
  splits: z.object({ train: z.int(), test: z.int() }),
  /** int32 [N], places in `labelNames`, -1: none. */
  labels: int32,
  labelNames: z.array(z.string()),
  /** float32 [D] and [K, D], unit rows: z = mean + sum_k point_k direction_k, as far as the map goes. */
  mean: float32,
  directions: float32,
  /** [K]: each direction's share of the variance, over all points. */
  explainedRatio: z.array(z.number()),
  /** Points that the directions were computed from, evenly spaced. */
  fitted: z.int(),
  /** Of the map in two and in three dimensions; null where nothing is lost or there are fewer than 4 points. */
  trustworthiness: z.object({ flat: trustworthiness.nullable(), deep: trustworthiness.nullable() }),
  /** Which measures of loss the run's graphs allow. */
  losses: z.array(z.enum(['negElbo', 'squaredError'])),
  device: z.string(),
});
export type LatentMap = z.infer<typeof mapResult>;

/** negElbo: -ELBO in nats, averaged over the draws of a pass of the run's elbo graph. squaredError: sum over pixels of (x - decode(encode(x)))^2, pixels in [0, 1]. */
export const lossMeasure = z.enum(['negElbo', 'squaredError']);
export type LossMeasure = z.infer<typeof lossMeasure>;
/** `upTo`: how many images negElbo is to reach; what was reached before is kept, so it is asked for more and more. All when absent. */
export const lossArgs = z.object({ ...space, measure: lossMeasure, upTo: z.int().min(1).optional() });
export const lossRequest = lossArgs.extend(within);
export const lossResult = z.object({
  measure: lossMeasure,
  /** float32 [N], in the order of the map; NaN for images that were not reached. */
  loss: float32,
  /** Images that were reached: a random sample of all. */
  done: z.int().min(0),
  /** Draws of z an image behind negElbo. */
  draws: z.int().nullable(),
  device: z.string(),
});
export type LatentLoss = z.infer<typeof lossResult>;

export const histogramBins = 64;
export const statsArgs = z.object(space);
export const statsRequest = statsArgs.extend(within);
export const statsResult = z.object({
  latentSize: z.int().min(1),
  /** float32 [D]: mean KL(q(z_d | x) || p(z_d)) in nats, or the variance of the encoded points along each axis. */
  information: float32,
  measure: z.enum(['kl', 'variance']),
  /** Images behind `information`, evenly spaced over the dataset. */
  images: z.int(),
  /** int32 [D]: axes by falling information. */
  order: int32,
  /** float32 [D, 99]: percentiles 1 to 99 of all encoded points. */
  percentiles: float32,
  /** int32 [D, 64]: counts in equal bins from the 1st to the 99th percentile; the points beyond are in no bin. */
  histogram: int32,
  /** Encoded points behind percentiles and histogram. */
  count: z.int(),
  device: z.string(),
});
export type LatentStats = z.infer<typeof statsResult>;

export const latentsAtArgs = z.object({ ...space, places: z.array(imagePlace).min(1).max(mostImages) });
export const latentsAtRequest = latentsAtArgs.extend(within);
/** z float32 [n, D], in the order of `places`. */
export const latentsAtResult = z.object({ z: float32, latentSize: z.int() });

/** How far a vector is from the encoded points. */
export const dataDistance = z.object({
  /** Euclidean, to the nearest point... */
  value: z.number(),
  /** ...which is this image. */
  nearest: imagePlace,
  /** Share, in %, of encoded points whose own nearest neighbour is closer than that, from `sampled` of `count` points. */
  percentile: z.number(),
  sampled: z.int(),
  count: z.int(),
});
export type DataDistance = z.infer<typeof dataDistance>;

/** z float32 [n, D]. */
export const decodeArgs = z.object({ ...space, z: finite32, latentSize: z.int().min(1) });
export const decodeRequest = decodeArgs.extend(within);
export const decodeResult = z.object({
  images: bytes,
  /** [n, H, W, C] */
  shape: z.array(z.int()),
  /** One a vector; null until the dataset has been mapped in this process. */
  distances: z.array(dataDistance).nullable(),
});
export type Decoded = z.infer<typeof decodeResult>;

/** From one point to another: `steps` vectors, both ends among them. */
export const walkArgs = z.object({ ...space, from: latentPoint, to: latentPoint, method: interpolationMethod, steps: z.int().min(2).max(1000) });
export type WalkArgs = z.infer<typeof walkArgs>;
export const walkRequest = walkArgs.extend(within);
export const walkResult = z.object({
  images: bytes,
  /** [steps, H, W, C] */
  shape: z.array(z.int()),
  /** float32 [steps, D] */
  z: float32,
  latentSize: z.int(),
  device: z.string(),
});
export type Walk = z.infer<typeof walkResult>;

const range = z.tuple([z.number(), z.number()]);
/** The plane anchor + s a + t b: s over `across` in the columns, t over `down` in the rows. `directions` float32 [2, D] has a and b. */
export const traverseArgs = z.object({
  ...space,
  anchor: latentPoint,
  directions: finite32,
  across: range,
  down: range,
  columns: z.int().min(1).max(64),
  rows: z.int().min(1).max(64),
});
export type TraverseArgs = z.infer<typeof traverseArgs>;
export const traverseRequest = traverseArgs.extend(within);
export const traverseResult = z.object({
  images: bytes,
  /** [rows, columns, H, W, C] */
  shape: z.array(z.int()),
  /** float32 [rows, columns, D] */
  z: float32,
  device: z.string(),
});
export type Traversal = z.infer<typeof traverseResult>;

/** An image file of the user's, as bytes; `name` is used in errors alone. */
export const placeImageArgs = z.object({ ...space, name: z.string().max(1000), bytes });
export const placeRequest = z.object({ home: z.string(), hash: z.string(), ...space, pixels: bytes });
export const placeResult = z.object({
  /** float32 [D] */
  z: float32,
  /** [K] coordinates on the map; null until the dataset has been mapped. */
  point: z.array(z.number()).nullable(),
  /** The image as the run sees it, and what comes back from its latent vector: uint8 [H, W, C]. */
  original: bytes,
  reconstruction: bytes,
  shape: z.array(z.int()),
  distance: dataDistance.nullable(),
});
export type PlacedImage = z.infer<typeof placeResult>;

export const thumbnailsArgs = z.object({ run: z.string(), dataset: z.string(), places: z.array(imagePlace).min(1).max(mostImages) });
/** Images of a packed view. */
export const thumbnailsRequest = z.object({ home: z.string(), dataset: z.string(), hash: z.string(), view: viewConfig, places: z.array(imagePlace).min(1).max(mostImages) });
export const thumbnailsResult = z.object({
  images: bytes,
  /** [n, H, W, C] */
  shape: z.array(z.int()),
  /** int32 [n], -1: none. */
  labels: int32,
});
export type Thumbnails = z.infer<typeof thumbnailsResult>;

/** An image file on its way through the importer into a run's view. */
export const viewImageRequest = z.object({ name: z.string(), bytes, view: viewConfig });
