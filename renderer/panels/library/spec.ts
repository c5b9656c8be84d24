/** @file The library: datasets and runs. */

import { Library } from 'lucide-react';
import { z } from 'zod';
import { definePanel } from '../panel';

export const librarySpec = z.object({});
export const libraryState = z.object({ tab: z.enum(['datasets', 'runs']).default('datasets') });

export const libraryPanel = definePanel({ id: 'library', order: 10, icon: Library, spec: librarySpec, state: libraryState, view: () => import('./view'), rail: true });
