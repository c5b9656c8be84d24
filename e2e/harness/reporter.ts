/** @file The test runner's last words, by run-report.ts; a skip without a reason, or (on a whole run) no test at all, fails the run. */

import { relative } from 'node:path';
import type { Reporter, TestModule } from 'vitest/node';
import { runReport, type TestOutcome } from './run-report.ts';

export class ReasonsReporter implements Reporter {
  onTestRunEnd(modules: ReadonlyArray<TestModule>): void {
    const outcomes: TestOutcome[] = [];
    for (const module of modules) {
      const file = relative(process.cwd(), module.moduleId);
      // A file that could not be loaded, or whose hooks outside its tests failed.
      if (module.errors().length > 0) outcomes.push({ file, name: 'the file itself', state: 'failed' });
      for (const test of module.children.allTests()) {
        const result = test.result();
        const reason = result.state === 'skipped' ? result.note : undefined;
        outcomes.push({ file, name: test.fullName, state: result.state, reason });
        if (result.state === 'passed' && (test.diagnostic()?.retryCount ?? 0) > 0) console.log(`Passed at its second try: ${file} > ${test.fullName}`);
      }
    }
    const { lines, unexplained } = runReport(outcomes);
    console.log(`\n${lines.join('\n')}`);
    if (unexplained.length > 0) process.exitCode = 1;
  }
}
