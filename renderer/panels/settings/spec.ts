/** @file The settings. */

import { Settings } from 'lucide-react';
import { z } from 'zod';
import { definePanel } from '../panel';

export const settingsSpec = z.object({});
export const settingsState = z.object({});

export const settingsPanel = definePanel({ id: 'settings', order: 90, icon: Settings, spec: settingsSpec, state: settingsState, view: () => import('./view'), rail: false });
