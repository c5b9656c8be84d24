/** @file What an export is made of: plain data, gathered from the run beside everything else, drawn and written in a process of its own. */

import type { ExportForm, ExportOptions } from '../../../preload/contract/exports';
import type { EncodeResult } from '../../../preload/contract/inference';
import type { DrawingResult } from '../../../preload/contract/network';
import type { LatentMap } from '../../exports/latent-map';
import type { NpyArray } from '../../exports/npy';
import type { Stamp } from '../../exports/png';
import type { Figure, RunReport } from '../../exports/report';

/** Images moment by moment: a grid where there is one moment, a row for each image where there are more, a film of the moments. */
export interface Cells {
  kind: 'cells';
  stamp: Stamp;
  images: Uint8Array;
  /** [moments, images, height, width, channels] */
  shape: readonly [number, number, number, number, number];
  /** Of a grid; the nearest to a square when absent. */
  columns?: number;
  /** Of a grid's rows and columns, or of a strip's. */
  rowTitles?: readonly string[];
  columnTitles?: readonly string[];
  /** A film goes back to its beginning, or rests on its end. */
  film: 'back' | 'rest';
  arrays: Record<string, NpyArray>;
}

/** Originals above their reconstructions: uint8 [N, H, W, C] both. */
export interface Pairs {
  kind: 'pairs';
  stamp: Stamp;
  originals: Uint8Array;
  reconstructions: Uint8Array;
  shape: readonly number[];
  titles: readonly [string, string];
}

/** A map of images: the `first` of them stands so far in the dataset, `train` of which are training images. */
export interface MapOfImages {
  kind: 'map';
  stamp: Stamp;
  map: LatentMap;
  places: { first: number; train: number };
}

/** Walks in a plane, drawn over a map of training images. */
export interface Trajectories {
  kind: 'trajectories';
  stamp: Stamp;
  map: LatentMap & Required<Pick<LatentMap, 'walks'>>;
  /** Of the walks' moments, -1 for the finished images. */
  timesteps: Int32Array;
  /** Places of the map's images in the training split. */
  indices: Int32Array;
}

/** Encoded images, as a table or arrays; `split` is mapped for a report. */
export interface Latents extends Pick<EncodeResult, 'z' | 'shape' | 'labels' | 'splits'> {
  kind: 'latents';
  stamp: Stamp;
  labelNames: readonly string[];
  split?: 'train' | 'test';
}

/** Metrics of the training, read where they are drawn. */
export interface Curves {
  kind: 'curves';
  stamp: Stamp;
  metrics?: readonly string[];
  logY: boolean;
  /** Titles of metrics that the method words itself. */
  titles: Record<string, string>;
}

export interface Table {
  kind: 'table';
  stamp: Stamp;
  header: readonly string[];
  rows: readonly (readonly (string | number)[])[];
}

/** The run's graphs, read where they are written. */
export interface Graphs {
  kind: 'graphs';
  stamp: Stamp;
  graph?: string;
}

/** The blocks of a graph and where they stand. */
export interface NetworkDrawing extends Pick<DrawingResult, 'network' | 'layout'> {
  kind: 'network';
  stamp: Stamp;
  title: string;
}

/** A figure of a report before it is drawn. */
export interface FigurePlan extends Pick<Figure, 'title' | 'how' | 'pixelated'> {
  drawings: { material: Material; form: ExportForm; options?: ExportOptions }[];
}

/** A page of reports before its figures are drawn and its curves are read. */
export interface Page {
  kind: 'page';
  stamp: Stamp;
  title: string;
  lead?: string;
  runs: RunPlan[];
}

export interface RunPlan {
  report: Omit<RunReport, 'figures' | 'curves'>;
  figures: readonly (FigurePlan | Figure)[];
  /** Titles of metrics that the method words itself. */
  metricTitles: Record<string, string>;
}

export type Material = Cells | Pairs | Latents | MapOfImages | Trajectories | Curves | Table | Graphs | NetworkDrawing | Page;
