import { findProgram } from './find-program.js';
import { provideProgram } from './provide-program.js';

/** Makes sure that the tests which sign with openssl and send with curl have both. */
export default function setup(): void {
  provideProgram({
    title: 'curl with openssl',
    debianPackages: 'ca-certificates curl openssl',
    isThere: () => findProgram('curl') !== undefined && findProgram('openssl') !== undefined,
    leftOut: 'the tests of packages/cli and test/e2e that paste a curl line into bash',
    advice: { darwin: 'brew install curl openssl' },
  });
}
