/** @file Where whatever is unfinished or not yet trusted stands, inside the home and apart from everything kept. */

import { join } from 'node:path';
import { inPassingFolder, openPassingFolder, removeDeadFolders, type PassingFolder } from '../../platform/passing-folder';

const quarantineOf = (home: string): string => join(home, 'quarantine');

/**
 * Runs `work` with a fresh folder that is gone afterwards, whatever happened. What a process left that died is removed first.
 * @throws LabError 'disk-full', 'path-not-writable', and what `work` throws
 */
export const inQuarantine = <T>(home: string, work: (folder: string) => Promise<T>): Promise<T> => inPassingFolder(quarantineOf(home), work);

/** The same, for whoever removes it later. */
export const openQuarantine = (home: string): Promise<PassingFolder> => openPassingFolder(quarantineOf(home));

/** Removes what processes left there that died. */
export const sweepQuarantine = (home: string): Promise<void> => removeDeadFolders(quarantineOf(home));
