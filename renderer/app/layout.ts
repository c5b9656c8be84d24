/** @file What the home keeps of the window: the layout of the dock as it was last, and layouts under names. */

import { z } from 'zod';

/** Of the format of what is kept: a layout of another one is left aside. */
const layoutFormat = 1;

const kept = z.object({
  format: z.literal(layoutFormat),
  dock: z.unknown().optional(),
  named: z.array(z.object({ name: z.string(), dock: z.unknown() })).default([]),
});
export type KeptLayout = z.output<typeof kept>;

/** What stands in the home, as far as this program understands it. */
export const layoutOf = (stored: unknown): KeptLayout => kept.safeParse(stored).data ?? { format: layoutFormat, named: [] };

export const withDock = (layout: KeptLayout, dock: unknown): KeptLayout => ({ ...layout, dock });

/** A new name comes last; one that is there keeps its place. */
export function withWorkspace(layout: KeptLayout, name: string, dock: unknown): KeptLayout {
  const there = layout.named.some((one) => one.name === name);
  return { ...layout, named: there ? layout.named.map((one) => (one.name === name ? { name, dock } : one)) : [...layout.named, { name, dock }] };
}

export const withoutWorkspace = (layout: KeptLayout, name: string): KeptLayout => ({ ...layout, named: layout.named.filter((one) => one.name !== name) });
