/** @file The lab's log. */

import { ScrollText } from 'lucide-react';
import { z } from 'zod';
import { definePanel } from '../panel';

export const logSpec = z.object({});
export const logState = z.object({ level: z.enum(['info', 'warn', 'error']).default('info') });

export const logPanel = definePanel({ id: 'log', order: 95, icon: ScrollText, spec: logSpec, state: logState, view: () => import('./view'), rail: false });
