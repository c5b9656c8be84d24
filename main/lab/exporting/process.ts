/** @file Entry of the exporting process: what was gathered is drawn and written here, away from the window. It says words, so it belongs to the lab. */

import { serveProcess } from '../../supervisor/protocol';
import { exporterCalls, type ExporterRequest } from './process-calls';

serveProcess({
  write: async (args, work) => exporterCalls.write(args as ExporterRequest, work),
  preview: async (args, work) => exporterCalls.preview(args as ExporterRequest, work),
});
