/** @file A run's latent space, by calls to the inference process: mapped, measured, walked, decoded; and images of a dataset by their places. */

import { viewConfig, type ViewConfig } from '../../preload/contract/datasets';
import { LabError } from '../../preload/contract/errors';
import type * as contract from '../../preload/contract/latents';
import type { Work } from '../../preload/contract/progress';
import { packView, readDataset } from './datasets';
import type { Lab } from './lab';
import { runOf } from './runs';

/** A dataset as a run sees it. */
export interface Space {
  run: string;
  /** A dataset's name. */
  dataset: string;
  /** The best usable one when absent. */
  device?: string;
}

/** Asks the inference process, and where the view is not packed (any more), packs it and asks again. */
async function onceMoreWithView<T>(lab: Lab, dataset: string, view: ViewConfig, ask: () => Promise<T>, work: Work): Promise<T> {
  try {
    return await ask();
  } catch (caught) {
    if (!(caught instanceof LabError && caught.code === 'view-missing')) throw caught;
    await packView(lab, dataset, view, work);
    return ask();
  }
}

async function within<T>(lab: Lab, name: string, asked: Space & Record<string, unknown>, work: Work): Promise<T> {
  const { view } = await runOf(lab, asked.run);
  const { hash } = readDataset(lab, asked.dataset);
  return onceMoreWithView(lab, asked.dataset, viewConfig.parse(view), () => lab.call<T>('inference', name, { ...asked, hash }, work), work);
}

/** All images as points. @throws LabError 'run-not-found', 'dataset-not-found', 'graph-missing', 'images-do-not-fit', 'pca-too-few-points' */
export const latentMap = (lab: Lab, asked: Space, work: Work): Promise<contract.LatentMap> => within(lab, 'latentMap', { ...asked }, work);

/** The loss of each image, in the order of the map; -ELBO of as many as were asked for. @throws as `latentMap` */
export const latentLoss = (lab: Lab, asked: Space & { measure: contract.LossMeasure; upTo?: number }, work: Work): Promise<contract.LatentLoss> => within(lab, 'latentLoss', { ...asked }, work);

/** How the points spread along each axis. @throws as `latentMap` */
export const latentStats = (lab: Lab, asked: Space, work: Work): Promise<contract.LatentStats> => within(lab, 'latentStats', { ...asked }, work);

/** Vectors of images. -> float32 [n, D] @throws LabError 'image-index-outside', and as `latentMap` */
export const latentsAt = (lab: Lab, asked: Space & { places: contract.ImagePlace[] }, work: Work): Promise<{ z: Float32Array; latentSize: number }> => within(lab, 'latentsAt', { ...asked }, work);

/** Images of vectors, with their distance from the data once that was mapped. @throws LabError 'latent-size', and as `latentMap` */
export const decode = (lab: Lab, asked: Space & { z: Float32Array; latentSize: number }, work: Work): Promise<contract.Decoded> => within(lab, 'decode', { ...asked }, work);

/** The way from one point to another. @throws LabError 'image-index-outside', 'latent-size', and as `latentMap` */
export const walk = (lab: Lab, asked: contract.WalkArgs, work: Work): Promise<contract.Walk> => within(lab, 'latentWalk', { ...asked }, work);

/** A plane around a point. @throws as `walk` */
export const traverse = (lab: Lab, asked: contract.TraverseArgs, work: Work): Promise<contract.Traversal> => within(lab, 'traverse', { ...asked }, work);

/** An image file, read in the importer process, as the run would see it, encoded. @throws LabError 'not-an-image', 'image-unreadable', 'image-too-large', and as `latentMap` */
export async function placeImage(lab: Lab, { name, bytes, ...asked }: Space & { name: string; bytes: Uint8Array }, work: Work): Promise<contract.PlacedImage> {
  const view = viewConfig.parse((await runOf(lab, asked.run)).view);
  const pixels = await lab.call<Uint8Array>('importer', 'viewImage', { name, bytes, view }, work);
  return within(lab, 'placeImage', { ...asked, pixels }, work);
}

/** Images of a dataset as a run sees them. -> uint8 [n, H, W, C] @throws LabError 'image-index-outside', 'dataset-not-found', 'run-not-found' */
export async function thumbnails(lab: Lab, { run, dataset, places }: { run: string; dataset: string; places: contract.ImagePlace[] }, work: Work): Promise<contract.Thumbnails> {
  const view = viewConfig.parse((await runOf(lab, run)).view);
  const { hash } = readDataset(lab, dataset);
  return onceMoreWithView(lab, dataset, view, () => lab.call<contract.Thumbnails>('inference', 'thumbnails', { dataset, hash, view, places }, work), work);
}
