/** @file Entry of the inference thread: graphs run here, and block it while they do. */

import { parentPort } from 'node:worker_threads';
import { LabError } from '../../preload/contract/errors';
import { serveThread } from '../supervisor/protocol';
import { inferenceHandlers } from './calls';
import { openModels } from './models';

if (!parentPort) throw new LabError('internal', { detail: 'this entry must be started as a thread' });
serveThread(parentPort, inferenceHandlers(openModels()));
