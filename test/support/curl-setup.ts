import { findProgram } from './find-program.js';
import { provideProgram } from './provide-program.js';

/** The set-up of tests that sign with openssl and send with curl: installs what is missing. */
export default function setup(): void {
  provideProgram({
    title: 'curl with openssl',
    debianPackages: 'ca-certificates curl openssl',
    isThere: () => findProgram('curl') !== undefined && findProgram('openssl') !== undefined,
    leftOut: 'the tests that paste a curl line into bash, or need a certificate,',
    advice: { darwin: 'brew install curl openssl' },
  });
}
