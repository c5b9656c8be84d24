/** @file What an evaluation of a run found, in a file of its own: it can change while the run is trained, and a run of an older program has none. */

import { evaluation, type Evaluation } from '../../preload/contract/runs';
import { readState, writeState } from '../platform/state-file';
import { runLayout } from './layout';

/** The last one; undefined where there is none or its file is damaged. @param folder the run's */
export const readEvaluation = (folder: string): Promise<Evaluation | undefined> => readState(runLayout(folder).evaluation, evaluation);

/** In the place of the one before. @param folder the run's @throws LabError 'disk-full', 'path-not-writable' */
export const writeEvaluation = (folder: string, found: Evaluation): Promise<void> => writeState(runLayout(folder).evaluation, evaluation.parse(found));
