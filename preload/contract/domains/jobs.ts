/** @file Long work under way and lately ended. */

import { z } from 'zod';
import { call, defineDomain, watch } from '../domain';
import { jobInfo } from '../jobs';

export const jobs = defineDomain(
  {
    /** Asks a job to end. -> the job as it is then */
    cancel: call(z.object({ id: z.string() }), jobInfo),
  },
  {
    /** All jobs first, then those that changed, each as it is now. */
    changes: watch(z.object({}), z.array(jobInfo)),
  },
);
