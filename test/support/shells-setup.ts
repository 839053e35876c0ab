import { findProgram } from './find-program.js';
import { provideProgram } from './provide-program.js';

/** The set-up of tests that press Tab in the shells of others: installs those that are missing. */
export default function setup(): void {
  provideProgram({
    title: 'zsh and fish',
    debianPackages: 'zsh fish',
    isThere: () => findProgram('zsh') !== undefined && findProgram('fish') !== undefined,
    leftOut: 'the tests of nexconn completion in them',
    advice: { darwin: 'brew install fish' },
  });
}
