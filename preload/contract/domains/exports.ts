/** @file Files made of what runs can do. */

import { z } from 'zod';
import { call, defineDomain } from '../domain';
import { exportMaking, exportPreview, exportTarget } from '../exports';
import { jobInfo } from '../jobs';

export const exports = defineDomain(
  {
    /** The first frame, the size and the time. What it made is kept a while: an export that follows begins with it. */
    preview: call(exportMaking, exportPreview),
    /** -> the job 'export'; its result is an `exportResult`. `name`: of the file, without its ending; what no file can be called is made plain. */
    start: call(exportMaking.extend({ name: z.string().max(1000), to: exportTarget }), jobInfo),
  },
  {},
);
