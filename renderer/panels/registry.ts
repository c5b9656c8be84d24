/** @file The one list of panels. */

import { diffusionPanel } from './diffusion/spec';
import { latentPanel } from './latent/spec';
import { libraryPanel } from './library/spec';
import { logPanel } from './log/spec';
import { networkPanel } from './network/spec';
import type { Panel } from './panel';
import { runPanel } from './run/spec';
import { settingsPanel } from './settings/spec';
import { startPanel } from './start/spec';
import { trainPanel } from './train/spec';

export const panels: readonly Panel[] = [startPanel, libraryPanel, trainPanel, runPanel, settingsPanel, logPanel, latentPanel, diffusionPanel, networkPanel];
