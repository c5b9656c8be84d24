/** @file The one list of panels. */

import { diffusionPanel } from './diffusion/spec';
import { latentPanel } from './latent/spec';
import { libraryPanel } from './library/spec';
import { logPanel } from './log/spec';
import type { Panel } from './panel';
import { settingsPanel } from './settings/spec';
import { startPanel } from './start/spec';

export const panels: readonly Panel[] = [startPanel, libraryPanel, settingsPanel, logPanel, latentPanel, diffusionPanel];
