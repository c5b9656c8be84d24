/** @file What is selected, shared by all panels: choosing a point in the map chooses it in the grid and in the inspector. */

import { create } from 'zustand';
import type { Split } from '../../preload/contract/datasets';

export type Selected =
  | { kind: 'dataset'; dataset: string }
  | { kind: 'run'; run: string }
  /** An image of a dataset's split, as a run sees it where one is named. */
  | { kind: 'image'; dataset: string; split: Split; index: number; run?: string };

export const useSelection = create<{ selected: Selected | undefined }>(() => ({ selected: undefined }));

export const select = (selected: Selected | undefined): void => useSelection.setState({ selected });
