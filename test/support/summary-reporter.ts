import { writeSync } from 'node:fs';
import type { Reporter, SerializedError, TestModule, TestRunEndReason } from 'vitest/node';

/** Prints `N passed, N failed` (and `, N skipped` where there are any) as the last line of the whole run. */
export class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[], reason: TestRunEndReason): void {
    const line = summaryLine(modules, errors, reason);
    // Other reporters and the shutdown still print after this hook, so the line waits for the exit.
    process.once('exit', () => writeSync(1, `${line}\n`));
  }
}

function summaryLine(
  modules: readonly TestModule[],
  errors: readonly SerializedError[],
  reason: TestRunEndReason,
): string {
  const counts = { passed: 0, failed: errors.length, skipped: 0, pending: 0 };
  for (const module of modules) {
    let failedInModule = 0;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      counts[state] += 1;
      if (state === 'failed') failedInModule += 1;
    }
    // A file that cannot be loaded, or whose hook throws, fails without a failed test of its own.
    if (module.state() === 'failed' && failedInModule === 0) counts.failed += 1;
  }
  if (reason !== 'passed' && counts.failed === 0) counts.failed = 1;
  const skipped = counts.skipped + counts.pending;
  return `${counts.passed} passed, ${counts.failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
