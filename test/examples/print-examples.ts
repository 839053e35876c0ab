import { readdirSync } from 'node:fs';
import { installPrograms } from '../runtimes/install.js';
import { npmCi } from '../support/npm-ci.js';
import { runDockerExample, whyNoContainers } from './containers/run-docker-example.js';
import { managersFolder, otherManagers, type PackageManager } from './package-managers.js';
import { startPackageRegistry } from './package-registry.js';
import { type ExampleResult, examplesFolder, runExample } from './run-example.js';

interface Run {
  /** What it is called on the command line. */
  readonly name: string;
  readonly example: string;
  readonly manager?: PackageManager;
}

const folders = readdirSync(examplesFolder, { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? entry.name : [],
);
/** Each example with npm; what a server needs, and what its tests need, with the other package managers as well. */
const runs: Run[] = [
  ...folders.map((name) => ({ name, example: name })),
  ...Object.entries(otherManagers).flatMap(([manager, how]) =>
    ['express', 'vitest'].map((example) => ({ name: `${example}:${manager}`, example, manager: how })),
  ),
];
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !runs.some((run) => run.name === name));
if (unknown.length > 0) {
  throw new Error(`There is no example ${unknown.join(', ')}: ${runs.map(({ name }) => name).join(', ')}`);
}

const packages = ['client', 'contract', 'mock', 'signing', 'token-server', 'token-service', 'token-source'];
installPrograms();
const failure = npmCi(managersFolder);
if (failure) console.error(failure);
await using registry = await startPackageRegistry(packages);
const results: ExampleResult[] = [];
for (const { name, example, ...manager } of runs) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  const leftOut = example === 'docker' ? whyNoContainers() : undefined;
  if (leftOut) {
    console.log(`${name.padEnd(24)} left out: ${leftOut}`);
    continue;
  }
  const run =
    example === 'docker'
      ? runDockerExample(registry.url)
      : runExample(example, registry.url, { onEveryNode: true, ...manager });
  const result = { ...(await run), name };
  results.push(result);
  console.log(describe(result));
}
const failed = results.filter(({ failure }) => failure !== undefined);
console.log(`${results.length - failed.length} passed, ${failed.length} failed`);
process.exitCode = failed.length === 0 ? 0 : 1;

function describe({ name, failure, seconds, size }: ExampleResult): string {
  const outcome = failure === undefined ? 'passed' : 'failed';
  const cost = size ? `${size.packages} packages  ${size.megabytes.toFixed(1)} MB` : '';
  const line = `${name.padEnd(24)} ${outcome}  ${seconds.toFixed(1)} s  ${cost}`;
  return failure === undefined ? line : `${line}\n${failure}`;
}
