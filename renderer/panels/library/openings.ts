/** @file The panels that a run can be opened in, by what it can do. */

import { LineChart, Orbit, Wind, Workflow, type LucideIcon } from 'lucide-react';
import type { Ability, KnownRun } from '../../../preload/contract/domains/runs';

export interface Opening {
  /** A panel. */
  id: 'run' | 'latent' | 'diffusion' | 'network';
  icon: LucideIcon;
  /** What a run must be able to do; 'any': whatever it is. */
  needs: readonly Ability[] | 'any';
}

const openings: readonly Opening[] = [
  { id: 'latent', icon: Orbit, needs: ['encode', 'decode'] },
  { id: 'diffusion', icon: Wind, needs: ['denoise'] },
  { id: 'run', icon: LineChart, needs: [] },
  { id: 'network', icon: Workflow, needs: 'any' },
];

/** The one that shows most of it comes first. */
export const opensOf = ({ abilities }: Pick<KnownRun, 'abilities'>): Opening[] => openings.filter(({ needs }) => (needs === 'any' ? abilities.length > 0 : needs.every((need) => abilities.includes(need))));
