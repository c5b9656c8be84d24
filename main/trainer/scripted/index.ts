/** @file A training process whose threads run the scripted worker that stands beside it. */

import { join } from 'node:path';
import { serveProcess } from '../../supervisor/protocol';
import { startThread } from '../../supervisor/thread';
import { trainerHandlers } from '../process';

serveProcess(trainerHandlers((data) => startThread('trainer-worker', { data, path: join(import.meta.dirname, 'worker.mjs') })));
