import { readdirSync } from 'node:fs';
import { installPrograms } from '../runtimes/install.js';
import { startPackageRegistry } from './package-registry.js';
import { type ExampleResult, examplesFolder, runExample } from './run-example.js';

const all = readdirSync(examplesFolder, { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? entry.name : [],
);
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !all.includes(name));
if (unknown.length > 0) throw new Error(`There is no example ${unknown.join(', ')}: ${all.join(', ')}`);

const packages = ['client', 'contract', 'mock', 'signing', 'token-service', 'token-source'];
installPrograms();
await using registry = await startPackageRegistry(packages);
const results: ExampleResult[] = [];
for (const name of asked.length > 0 ? asked : all) {
  const result = await runExample(name, registry.url, { onEveryNode: true });
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
