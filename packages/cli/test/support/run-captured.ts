import { captureRuns } from '../../../../test/support/run-captured.js';
import { createProgram } from '../../src/create-program.js';

export { type Captured, exampleEnv } from '../../../../test/support/run-captured.js';

/** Runs a command line of `nexconn` in this process. */
export const runCaptured = captureRuns((context) => createProgram(context, '/nowhere/index.html'));
