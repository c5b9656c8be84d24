/** @file What the end of a test run says: how many tests ran, on which devices the engine was tested, and why each skipped test was skipped. */

export interface TestOutcome {
  file: string;
  /** Names of the suites and of the test, joined by ' > '. */
  name: string;
  state: 'passed' | 'failed' | 'skipped' | 'pending';
  reason?: string | undefined;
}

export interface RunReport {
  lines: string[];
  /** Skipped tests that give no reason: they fail the run. */
  unexplained: TestOutcome[];
}

const devices = ['cpu', 'webgpu', 'cuda', 'dml', 'coreml'];

export function runReport(outcomes: TestOutcome[]): RunReport {
  const count = (state: TestOutcome['state'], among = outcomes) => among.filter((outcome) => outcome.state === state).length;
  const lines: string[] = [];
  for (const device of devices) {
    const onDevice = outcomes.filter((outcome) => new RegExp(`\\bon ${device}\\b`).test(outcome.name));
    const ran = count('passed', onDevice) + count('failed', onDevice);
    if (ran > 0) lines.push(`Engine on ${device}: ${ran} tests ran, ${count('passed', onDevice)} passed`);
  }
  if (lines.length === 0) lines.push('Engine: none of its tests in this run');
  const skipped = outcomes.filter((outcome) => outcome.state === 'skipped');
  for (const outcome of skipped) lines.push(`Skipped: ${outcome.file} > ${outcome.name}: ${outcome.reason ?? 'no reason given'}`);
  lines.push(`${count('passed')} passed, ${count('failed')} failed, ${skipped.length} skipped`);
  return { lines, unexplained: skipped.filter((outcome) => !outcome.reason) };
}
