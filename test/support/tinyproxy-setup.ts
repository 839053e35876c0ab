import { findProgram } from './find-program.js';
import { provideProgram } from './provide-program.js';

/** The set-up of tests that need a proxy which is not ours: installs one where it is missing. */
export default function setup(): void {
  provideProgram({
    title: 'tinyproxy',
    debianPackages: 'tinyproxy-bin',
    isThere: () => findProgram('tinyproxy') !== undefined,
    leftOut: 'the tests in test/e2e that go over a proxy',
    advice: { darwin: 'brew install tinyproxy' },
  });
}
