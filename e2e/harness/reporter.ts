/** @file The test runner's last words, by run-report.ts; a skip without a reason, or (on a whole run) no test at all, fails the run. */

import { relative } from 'node:path';
import type { Reporter, TestModule } from 'vitest/node';
import { runReport, type TestOutcome } from './run-report.ts';

export class ReasonsReporter implements Reporter {
  onTestRunEnd(modules: ReadonlyArray<TestModule>): void {
    const outcomes: TestOutcome[] = [];
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const result = test.result();
        const reason = result.state === 'skipped' ? result.note : undefined;
        outcomes.push({ file: relative(process.cwd(), module.moduleId), name: test.fullName, state: result.state, reason });
      }
    }
    const { lines, unexplained } = runReport(outcomes);
    console.log(`\n${lines.join('\n')}`);
    if (unexplained.length > 0) process.exitCode = 1;
  }
}
