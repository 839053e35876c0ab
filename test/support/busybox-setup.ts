import { findProgram } from './find-program.js';
import { provideProgram } from './provide-program.js';

/** The set-up of tests that run commands as on Alpine: installs its tools where they are missing. */
export default function setup(): void {
  provideProgram({
    title: 'BusyBox',
    debianPackages: 'busybox-static',
    isThere: () => findProgram('busybox') !== undefined,
    leftOut: 'the tests of our commands beside it',
    advice: {},
  });
}
