import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runCommand } from '../support/run-command.js';
import { addEndpoints } from './next-endpoints.js';
import { commitAll, copyWholeProject } from './project-copy.js';

const usage = `npm run next-endpoints -- [STEP …] [--minutes 40] [--fresh]

Adds the next endpoints of test/e2e/second-endpoint to a copy of the project, and runs "npm test" there, step by step: build,
the reports of the API, check, and each project of vitest. Names of steps limit it to them; a step that passed before is left out, unless it is named or
--fresh is given. After --minutes no further step is begun, and a step that takes longer is stopped.`;

/** It adds the same endpoints to what has them already. */
const leftOut = ['--exclude', '**/second-endpoint.test.ts'];

/** What came of a step. */
type Outcome = 'passed' | 'failed' | 'stopped';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    minutes: { type: 'string', default: '40' },
    fresh: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const steps: Record<string, readonly string[]> = {
  generate: ['npm', 'run', 'generate'],
  build: ['npm', 'run', 'build'],
  api: ['npm', 'run', 'api'],
  check: ['npm', 'run', 'check'],
  ...Object.fromEntries(projectNames().map((name) => [name, ['npx', 'vitest', 'run', '--project', name, ...leftOut]])),
};
const unknown = positionals.filter((name) => !(name in steps));
if (values.help || unknown.length > 0 || !(Number(values.minutes) > 0)) {
  if (unknown.length > 0)
    console.error(`No step is called ${unknown.join(', ')}; there are ${Object.keys(steps).join(', ')}.`);
  console.error(usage);
  process.exit(2);
}

const folder = join(tmpdir(), 'nexconn-kit-next-endpoints');
const logs = `${folder}-logs`;
const untilMs = Date.now() + Number(values.minutes) * 60_000;
if (values.fresh) await Promise.all([folder, logs].map((path) => rm(path, { recursive: true, force: true })));
await mkdir(logs, { recursive: true });
console.log(`Copying the project to ${folder}, with the next endpoints …`);
await copyWholeProject(folder);
await addEndpoints(folder);

const outcomes = await readOutcomes();
const asked = positionals.length > 0 ? ['generate', ...positionals] : Object.keys(steps);
for (const name of new Set(asked)) {
  const isDone = outcomes[name] === 'passed' && name !== 'generate' && !positionals.includes(name);
  if (isDone) continue;
  if (Date.now() > untilMs) break;
  outcomes[name] = await runStep(name, steps[name] ?? []);
  await writeFile(join(logs, 'outcomes.json'), JSON.stringify(outcomes));
  if (name !== 'generate') continue;
  if (outcomes[name] !== 'passed') break;
  await commitAll(folder);
}
const named = (outcome: Outcome | undefined): string[] =>
  Object.keys(steps).filter((name) => outcomes[name] === outcome);
for (const outcome of ['failed', 'stopped'] as const)
  for (const name of named(outcome)) console.log(`${outcome.padEnd(8)} ${name}: ${join(logs, `${name}.log`)}`);
const left = named(undefined);
console.log(
  `${named('passed').length} of ${Object.keys(steps).length} steps passed${left.length > 0 ? `, not run: ${left.join(', ')}` : ''}`,
);
process.exitCode = named('passed').length === Object.keys(steps).length ? 0 : 1;

function projectNames(): string[] {
  const config = readFileSync(new URL('../../vitest.config.ts', import.meta.url), 'utf8');
  return [...config.matchAll(/\b(?:project|sharing)\('([\w-]+)'/g)].map(([, name = '']) => name);
}

async function readOutcomes(): Promise<Record<string, Outcome>> {
  const path = join(logs, 'outcomes.json');
  return existsSync(path) ? JSON.parse(await readFile(path, 'utf8')) : {};
}

async function runStep(name: string, [command = '', ...rest]: readonly string[]): Promise<Outcome> {
  const startedAt = Date.now();
  const seconds = Math.max(1, Math.round((untilMs - startedAt) / 1000));
  const { exitCode, output } = await runCommand('timeout', ['--kill-after=20', `${seconds}`, command, ...rest], {
    cwd: folder,
  });
  await writeFile(join(logs, `${name}.log`), output);
  const outcome = exitCode === 0 ? 'passed' : exitCode === 124 || exitCode === 137 ? 'stopped' : 'failed';
  const lastLine = output.trim().split('\n').at(-1) ?? '';
  console.log(
    `${outcome.padEnd(8)} ${name.padEnd(18)} ${Math.round((Date.now() - startedAt) / 1000)} s  ${lastLine.slice(0, 120)}`,
  );
  return outcome;
}
