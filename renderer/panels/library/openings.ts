/** @file The panels that a run can be opened in, by what it can do. */

import { LineChart, Orbit, Wind, type LucideIcon } from 'lucide-react';
import type { Ability, KnownRun } from '../../../preload/contract/domains/runs';

export interface Opening {
  /** A panel. */
  id: 'run' | 'latent' | 'diffusion';
  icon: LucideIcon;
  /** What a run must be able to do. */
  needs: readonly Ability[];
}

const openings: readonly Opening[] = [
  { id: 'latent', icon: Orbit, needs: ['encode', 'decode'] },
  { id: 'diffusion', icon: Wind, needs: ['denoise'] },
  { id: 'run', icon: LineChart, needs: [] },
];

/** The one that shows most of it comes first. */
export const opensOf = ({ abilities }: Pick<KnownRun, 'abilities'>): Opening[] => openings.filter(({ needs }) => needs.every((need) => abilities.includes(need)));
