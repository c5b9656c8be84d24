/** @file Entry of the training process. */

import { serveProcess } from '../supervisor/protocol';
import { startThread } from '../supervisor/thread';
import { trainerHandlers } from './process';

serveProcess(trainerHandlers((data) => startThread('trainer-worker', { data })));
