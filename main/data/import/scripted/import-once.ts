/** @file A child for the tests of import: imports once, with a fault if asked, and says how it ended. Argument: JSON { request, fault }. */

import { injectFaults, type Fault } from '../../../platform/file-calls';
import type { ImportRequest } from '../../../../preload/contract/datasets';
import { errorToJson } from '../../../../preload/contract/errors';
import { importDataset } from '../import';

const { request, fault } = JSON.parse(process.argv[2]) as { request: ImportRequest; fault?: Fault };
const { seen } = injectFaults(fault);
const work = { signal: new AbortController().signal, progress: () => undefined };
const outcome = await importDataset(request, work).then(
  ({ hash }) => ({ hash, calls: seen.length }),
  (caught: unknown) => ({ error: errorToJson(caught), calls: seen.length }),
);
process.stdout.write(JSON.stringify(outcome));
