import { npmCi } from '../support/npm-ci.js';
import { provideProgram } from '../support/provide-program.js';
import { hasJava, installedFolder } from './run-specmatic.js';

/** The set-up of the tests that Specmatic draws: npm brings it, and Java, which it runs on, is installed where it may be. */
export default function setup(): void {
  const failure = npmCi(installedFolder);
  // The tests fail by it; thrown here, it would keep all others from running.
  if (failure !== '') console.warn(`There is no Specmatic. ${failure}`);
  provideProgram({
    title: 'Java 17 or later',
    debianPackages: 'openjdk-17-jre-headless',
    isThere: hasJava,
    leftOut: 'the tests in test/specmatic',
    advice: { darwin: 'brew install openjdk@17' },
  });
}
