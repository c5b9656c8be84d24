/** @file Loaded into the serving process (`node --import`): how long its event loop was held up, a line each half second, into the file of GENOISE_LOOP_MONITOR. */

import { appendFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

const file = process.env.GENOISE_LOOP_MONITOR;
// Working processes inherit the option: only the host is watched.
if (file && process.argv.includes('serve')) {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  setInterval(() => {
    // The histogram counts the time between its own ticks: 5 ms are not a delay.
    appendFileSync(file, `${(delay.max / 1e6 - 5).toFixed(1)}\n`);
    delay.reset();
  }, 500).unref();
}
