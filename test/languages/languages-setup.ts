import { npmCi } from '../support/npm-ci.js';
import { provideProgram } from '../support/provide-program.js';
import { grammarsFolder } from './parse-sample.js';
import { hasToolchain, samples } from './samples.js';

/** Debian's packages of the languages that the tests run; Node is there. */
const packages: Record<string, string> = {
  curl: 'ca-certificates curl openssl',
  python: 'python3',
  java: 'openjdk-17-jdk-headless',
  go: 'golang-go',
  php: 'php-cli',
  ruby: 'ruby',
};

/** The set-up of the samples' tests: installs the toolchains and grammars that are missing, in one go. */
export default function setup(): void {
  provideToolchains(packages);
  const failure = npmCi(grammarsFolder);
  // The tests fail by it; thrown here, it would keep all others from running.
  if (failure !== '') console.warn(`There are no grammars of C# and Swift. ${failure}`);
}

/** Installs the toolchains of some languages, by Debian's packages of each. */
export function provideToolchains(debianPackages: Record<string, string>): void {
  const missing = samples.languages.filter((language) => language.id in debianPackages && !hasToolchain(language));
  provideProgram({
    title: missing.map(({ title }) => title).join(', '),
    debianPackages: missing.map(({ id }) => debianPackages[id]).join(' '),
    isThere: () => missing.every(hasToolchain),
    leftOut: 'their samples in examples/languages',
    advice: { darwin: 'brew install go php ruby openjdk@17' },
  });
}
