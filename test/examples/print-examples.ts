import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { whyNoChromium } from '../browser/chromium.js';
import provideChromium from '../browser/chromium-setup.js';
import { installPrograms } from '../runtimes/install.js';
import { npmCi } from '../support/npm-ci.js';
import provideRedis from '../support/redis-setup.js';
import { newApps, runClock } from './clock/run-clock.js';
import { runDockerExample, whyNoContainers } from './containers/run-docker-example.js';
import { managersFolder, otherManagers, type PackageManager } from './package-managers.js';
import { startPackageRegistry } from './package-registry.js';
import { type ExampleResult, examplesFolder, initFrameworks, runExample, runInit, whyNotRun } from './run-example.js';

interface Run {
  /** What it is called on the command line; `clock` is all of those that begin with it. */
  readonly name: string;
  readonly leftOut?: () => string | undefined;
  readonly run: (registry: string) => Promise<ExampleResult>;
}

/** What npm installs: `npm run samples` runs the samples of languages, and `test/samples` checks files to deploy with. */
const others = ['deploy', 'languages'];
const folders = readdirSync(examplesFolder, { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() && !others.includes(entry.name) ? entry.name : [],
);
const example = (name: string, manager?: PackageManager): Run['run'] => {
  return (registry) => runExample(name, registry, { onEveryNode: true, ...(manager && { manager }) });
};
/** Each example with npm; what a server needs, and what its tests need, with the other package managers; init; a new user's clock. */
const runs: Run[] = [
  ...folders.map((name) =>
    name === 'docker'
      ? { name, leftOut: whyNoContainers, run: runDockerExample }
      : { name, leftOut: () => whyNotRun(name), run: example(name) },
  ),
  ...Object.entries(otherManagers).flatMap(([manager, how]) =>
    ['express', 'vitest'].map((name) => ({ name: `${name}:${manager}`, run: example(name, how) })),
  ),
  ...initFrameworks.map((name) => ({ name: `init:${name}`, run: (registry: string) => runInit(name, registry) })),
  ...Object.keys(newApps).map((name) => ({
    name: `clock:${name}`,
    leftOut: whyNoChromium,
    run: (registry: string) => runClock(name, registry),
  })),
];
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => name !== 'clock' && !runs.some((run) => run.name === name));
if (unknown.length > 0) {
  throw new Error(`There is no example ${unknown.join(', ')}: ${runs.map(({ name }) => name).join(', ')}`);
}

installPrograms();
provideChromium();
provideRedis();
const failure = npmCi(managersFolder);
if (failure) console.error(failure);
await using registry = await startPackageRegistry(readdirSync(resolve(examplesFolder, '../packages')));
const results: ExampleResult[] = [];
for (const { name, leftOut, run } of runs) {
  const isAsked = asked.includes(name) || asked.includes(name.replace(/^clock:.*/, 'clock'));
  if (asked.length > 0 && !isAsked) continue;
  const reason = leftOut?.();
  if (reason) {
    console.log(`${name.padEnd(24)} left out: ${reason}`);
    continue;
  }
  const result = { ...(await run(registry.url)), name };
  results.push(result);
  console.log(describe(result));
}
const failed = results.filter(({ failure }) => failure !== undefined);
console.log(`${results.length - failed.length} passed, ${failed.length} failed`);
process.exitCode = failed.length === 0 ? 0 : 1;

function describe({ name, failure, seconds, size, note = '' }: ExampleResult): string {
  const outcome = failure === undefined ? 'passed' : 'failed';
  const cost = size ? `${size.packages} packages  ${size.megabytes.toFixed(1)} MB` : '';
  const line = `${name.padEnd(24)} ${outcome}  ${seconds.toFixed(1)} s  ${cost}  ${note}`.trim();
  return failure === undefined ? line : `${line}\n${failure}`;
}
