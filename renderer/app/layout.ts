/** @file What the home keeps of the window: the layout of the dock as it was last, that of each window of late, and layouts under names. */

import { z } from 'zod';

/** Of the format of what is kept: a layout of another one is left aside. */
const layoutFormat = 1;

/** A window that has been closed longest is forgotten first. */
const mostWindows = 8;

const kept = z.object({
  format: z.literal(layoutFormat),
  /** Of the window that changed last: what a new window begins with. */
  dock: z.unknown().optional(),
  /** Of each window, the one that changed last first. */
  windows: z.array(z.object({ id: z.string(), dock: z.unknown() })).default([]),
  named: z.array(z.object({ name: z.string(), dock: z.unknown() })).default([]),
});
export type KeptLayout = z.output<typeof kept>;

/** What stands in the home, as far as this program understands it. */
export const layoutOf = (stored: unknown): KeptLayout => kept.safeParse(stored).data ?? { format: layoutFormat, windows: [], named: [] };

/** What the window `id` shows: its own, else what was shown last. */
export const dockOf = ({ windows, dock }: KeptLayout, id: string): unknown => windows.find((one) => one.id === id)?.dock ?? dock;

export const withDock = (layout: KeptLayout, id: string, dock: unknown): KeptLayout => ({
  ...layout,
  dock,
  windows: [{ id, dock }, ...layout.windows.filter((one) => one.id !== id)].slice(0, mostWindows),
});

/** A new name comes last; one that is there keeps its place. */
export function withWorkspace(layout: KeptLayout, name: string, dock: unknown): KeptLayout {
  const there = layout.named.some((one) => one.name === name);
  return { ...layout, named: there ? layout.named.map((one) => (one.name === name ? { name, dock } : one)) : [...layout.named, { name, dock }] };
}

export const withoutWorkspace = (layout: KeptLayout, name: string): KeptLayout => ({ ...layout, named: layout.named.filter((one) => one.name !== name) });
