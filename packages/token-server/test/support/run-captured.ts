import { captureRuns } from '../../../../test/support/run-captured.js';
import { createProgram } from '../../src/create-program.js';

export { exampleEnv } from '../../../../test/support/run-captured.js';

/** Runs a command line of the server in this process. */
export const runCaptured = captureRuns(createProgram);
