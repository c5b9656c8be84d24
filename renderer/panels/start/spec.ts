/** @file The first page: what the lab is for, and ways in. */

import { House } from 'lucide-react';
import { z } from 'zod';
import { definePanel } from '../panel';

export const startSpec = z.object({});
export const startState = z.object({});

export const startPanel = definePanel({ id: 'start', order: 0, icon: House, spec: startSpec, state: startState, view: () => import('./view'), rail: false });
