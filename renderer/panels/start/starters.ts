/** @file Ways in: of the trained models that came with the program, the first for each thing that a panel can do with one. */

import type { Ability, KnownRun } from '../../../preload/contract/domains/runs';

/** By what one does with it: the panel, and what it asks of a run. */
export const starterKinds = {
  latent: { panel: 'latent', abilities: ['encode', 'decode'] },
  diffusion: { panel: 'diffusion', abilities: ['denoise'] },
} as const satisfies Record<string, { panel: string; abilities: readonly Ability[] }>;
export type StarterKind = keyof typeof starterKinds;

export function starters(runs: readonly KnownRun[] | undefined): { kind: StarterKind; run: KnownRun }[] {
  const own = (runs ?? []).filter(({ starter }) => starter);
  return (Object.keys(starterKinds) as StarterKind[]).flatMap((kind) => {
    const run = own.find(({ abilities }) => starterKinds[kind].abilities.every((ability) => abilities.includes(ability)));
    return run ? [{ kind, run }] : [];
  });
}
