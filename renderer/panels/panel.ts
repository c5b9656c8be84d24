/** @file What a panel is: a folder with a spec, a view and a test. Its spec and its state are plain JSON, so a layout can be kept, shared and replayed. */

import type { LucideIcon } from 'lucide-react';
import type { ComponentType } from 'react';
import type { z } from 'zod';

/** What a panel may do with the window around it. */
export interface PanelContext {
  /** Opens another panel, or brings the one with the same spec to the front. */
  open(panel: string, spec: Record<string, unknown>): void;
  /** Whether the panel can be seen now: one that is hidden draws and computes nothing. */
  visible: boolean;
}

export interface PanelProps<Spec, State> {
  context: PanelContext;
  /** What the panel shows: a run's name, say. */
  spec: Spec;
  /** How it is shown: a zoom, a slider's place. */
  state: State;
  onSpecChange(spec: Spec): void;
  onStateChange(state: State): void;
}

export interface Panel<Spec = never, State = never> {
  id: string;
  /** In the rail, from top to bottom. */
  order: number;
  icon: LucideIcon;
  /** Both must parse {}: what an empty panel is. Titles: window:panel.<id>.title and .help. */
  spec: z.ZodType<Spec, unknown>;
  state: z.ZodType<State, unknown>;
  /** Loaded when first shown. */
  view(): Promise<{ View: ComponentType<PanelProps<Spec, State>> }>;
  /** In the rail; a panel that is only opened from others (a run's) is not. */
  rail: boolean;
}

/** A panel whose spec and state types agree with its view's; the registry holds panels of all types. */
export const definePanel = <Spec, State>(panel: Panel<Spec, State>): Panel => panel as unknown as Panel;
