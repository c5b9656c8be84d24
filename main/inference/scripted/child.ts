/** @file The inference process of the tests: as index.ts, with its thread's file from the environment. */

import { serveProcess } from '../../supervisor/protocol';
import { startThread } from '../../supervisor/thread';
import { forwarded, inferenceCalls } from '../process';

serveProcess(forwarded(() => startThread('inference-worker', { path: process.env.GENOISE_TEST_WORKER }), inferenceCalls));
