// `npm run docs:samples [-- PAGE]`: runs every sample of the documentation, and lists what ran it and what came of it.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type PackageRegistry, startPackageRegistry } from '../examples/package-registry.js';
import { checkForm } from './check-samples.js';
import { placeOf, readPages, readReadmes, root, type Sample } from './read-samples.js';
import { firstMissingLine, isModule, needsWhatIsMissing, openWorkshop } from './run-samples.js';
import { describeShell, isOfShell, runPage } from './run-shell.js';

const asked = process.argv.slice(2);
const isAsked = ({ path }: { path: string }): boolean =>
  asked.length === 0 || asked.some((name) => path.includes(name));
const pages = readPages().filter(isAsked);
const samples = [...readReadmes().filter(isAsked), ...pages].flatMap((page) => page.samples);
const counts = { ok: 0, failed: 0, notRun: 0 };

await runModules();
for (const sample of samples.filter((each) => !isModule(each))) listOther(sample);
await runShell();
console.log(`\n${counts.ok} ok, ${counts.failed} failed, ${counts.notRun} not run`);
process.exitCode = counts.failed === 0 ? 0 : 1;

function list(sample: Sample, command: string, failure?: string): void {
  counts[failure === undefined ? 'ok' : 'failed'] += 1;
  console.log(
    `${placeOf(sample).padEnd(44)} ${command.padEnd(28)} ${failure === undefined ? 'ok' : `FAILED\n${failure}`}`,
  );
}

function listNotRun(sample: Sample, reason: string): void {
  counts.notRun += 1;
  console.log(`${placeOf(sample).padEnd(44)} ${'not run'.padEnd(28)} ${reason}`);
}

async function runModules(): Promise<void> {
  await using workshop = await openWorkshop(samples);
  const compiled = await workshop.compile();
  if (compiled !== '') {
    counts.failed += 1;
    console.log(`tsc FAILED\n${compiled}`);
  }
  const results = await workshop.run();
  for (const sample of samples.filter(isModule)) {
    const result = results.find(({ place }) => place === placeOf(sample));
    if (result === undefined) {
      listNotRun(
        sample,
        sample.attributes['not-run'] ?? (needsWhatIsMissing(sample) ? 'a server is missing here' : ''),
      );
      continue;
    }
    const missing = sample.output === undefined ? undefined : firstMissingLine(sample.output, result.output);
    list(sample, 'tsc, node', result.failure ?? (missing === undefined ? undefined : `It did not write «${missing}».`));
  }
}

/** What is no module and no shell: a file that is included, which its own test runs, and what is checked by its form. */
function listOther(sample: Sample): void {
  if ('not-run' in sample.attributes) {
    listNotRun(sample, sample.attributes['not-run'] ?? '');
    return;
  }
  if (isOfShell(sample)) return;
  const { included } = sample;
  if (included !== undefined) {
    list(sample, commandOf(included));
  } else list(sample, `form of ${sample.language || 'text'}`, checkForm(sample));
}

/** Returns what runs a file that pages include. */
function commandOf(included: string): string {
  const [, example] = /^examples\/([\w-]+)\//.exec(included) ?? [];
  if (example === 'languages') return 'npm run samples';
  if (example === 'deploy') return 'vitest --project samples deploy';
  if (example !== undefined) return `npm run examples -- ${example}`;
  if (included.startsWith('test/e2e/second-endpoint')) return 'vitest --project e2e second-endpoint';
  if (included.startsWith('test/examples/clock')) return 'npm run examples -- clock';
  return 'vitest --project signing';
}

async function runShell(): Promise<void> {
  let registry: PackageRegistry | undefined;
  for (const page of pages.filter((each) => each.samples.some((sample) => isOfShell(sample)))) {
    registry ??= await startPackageRegistry(readdirSync(join(root, 'packages')));
    await runPage(page, registry.url, (result) => {
      counts[result.failure === undefined ? 'ok' : 'failed'] += 1;
      console.log(describeShell(result));
    });
  }
  await registry?.[Symbol.asyncDispose]();
}
