/** @file Entry of a training thread: it blocks while a step runs, and reads its orders from shared memory. */

import { prepareTraining } from './prepare';
import { openTrainingData } from './data';
import { serveTraining } from './thread';

serveTraining({ openData: openTrainingData, prepare: prepareTraining });
