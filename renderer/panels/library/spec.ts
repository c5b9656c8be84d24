/** @file The library: datasets, runs, and what was removed of them. */

import { Library } from 'lucide-react';
import { z } from 'zod';
import { definePanel } from '../panel';

const sorting = (column: string, descending: boolean) => z.object({ column: z.string(), descending: z.boolean() }).default({ column, descending });

export const libraryTab = z.enum(['datasets', 'runs', 'trash']);
export type LibraryTab = z.infer<typeof libraryTab>;

export const librarySpec = z.object({});
export const libraryState = z.object({
  tab: libraryTab.default('datasets'),
  datasetSorting: sorting('name', false),
  runSorting: sorting('created', true),
  /** Of the list, beside the details. */
  share: z.number().min(0.2).max(0.8).default(0.55),
  /** The split whose images are looked at. */
  split: z.enum(['train', 'test']).default('train'),
  /** CSS pixels an image pixel; absent: as suits the images. */
  zoom: z.int().min(1).max(8).optional(),
});
export type LibraryState = z.output<typeof libraryState>;

export const libraryPanel = definePanel({ id: 'library', order: 10, icon: Library, spec: librarySpec, state: libraryState, view: () => import('./view'), rail: true });
