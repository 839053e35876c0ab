import { install } from '../runtimes/install.js';
import { findProgram } from './find-program.js';
import { provideProgram } from './provide-program.js';

/**
 * The set-up of tests in which other programs open a SQLite file: installs what is missing, the other versions of Node too,
 * before several files would at the same time.
 */
export default function setup(): void {
  install();
  provideProgram({
    title: 'sqlite3 with python3',
    debianPackages: 'python3 sqlite3',
    isThere: () => findProgram('sqlite3') !== undefined && findProgram('python3') !== undefined,
    leftOut: 'the tests of test/stores in which other programs look at a SQLite file',
    advice: { darwin: 'brew install python sqlite' },
  });
}
