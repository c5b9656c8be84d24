/** @file Serves one training to the process that holds this thread. */

import { parentPort, workerData } from 'node:worker_threads';
import { LabError } from '../../preload/contract/errors';
import type { TrainRequest, TrialRequest } from '../../preload/contract/training';
import { clock } from '../platform/clock';
import { serveThread } from '../supervisor/protocol';
import { readControl } from './control';
import type { ThreadData } from './process';
import { trainRun, type TrainingPieces } from './session';
import { tryTraining } from './trial';

/** Answers train(TrainRequest) with a TrainResult and trial(TrialRequest) with TrialTimes; orders come through `workerData.control`. */
export function serveTraining(pieces: TrainingPieces): void {
  if (!parentPort) throw new LabError('internal', { detail: 'training runs in a worker thread' });
  const control = readControl((workerData as ThreadData).control);
  serveThread(parentPort, {
    train: (args, work) => trainRun(args as TrainRequest, pieces, control, work),
    trial: (args, work) => tryTraining(args as TrialRequest, pieces, clock, work),
  });
}
