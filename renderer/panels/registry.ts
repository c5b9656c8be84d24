/** @file The one list of panels. */

import { libraryPanel } from './library/spec';
import type { Panel } from './panel';

export const panels: readonly Panel[] = [libraryPanel];
