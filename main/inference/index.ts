/** @file Entry of the inference process: it answers cancels at once and hands each call to its thread. */

import { serveProcess } from '../supervisor/protocol';
import { startThread } from '../supervisor/thread';
import { forwarded, inferenceCalls } from './process';

serveProcess(forwarded(() => startThread('inference-worker'), inferenceCalls));
