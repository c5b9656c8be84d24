/** @file The diffusion stepper: noise added by the closed form, and taken away step by step. */

import { Wind } from 'lucide-react';
import { definePanel } from '../panel';
import { diffusionSpec, diffusionState } from './state';

export const diffusionPanel = definePanel({ id: 'diffusion', order: 50, icon: Wind, spec: diffusionSpec, state: diffusionState, view: () => import('./view'), rail: true });
