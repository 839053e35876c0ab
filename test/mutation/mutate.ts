import { spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { killAtExit } from '../support/kill-at-exit.js';
import { npmCi } from '../support/npm-ci.js';
import { type EquivalentMutant, judgeReport, type MutationReport, type MutationVerdict } from './survivors.js';
import { type MutationTarget, targets } from './targets.js';

const root = join(import.meta.dirname, '../..');
const installed = join(import.meta.dirname, 'installed');
/** Where reports and the working copies go: git knows nothing of it, and Stryker does not copy it. */
const work = join(installed, 'node_modules/.mutation');

/** Stryker's options for one package; `files` limits what is mutated. */
function strykerOptions(name: string, { mutate }: MutationTarget, files: readonly string[]): object {
  const globs = files.length > 0 ? files : mutate.map((glob) => glob.replace(/^(!?)/, `$1packages/${name}/`));
  return {
    testRunner: 'vitest',
    plugins: [
      join(installed, 'node_modules/@stryker-mutator/vitest-runner/dist/src/index.js'),
      join(import.meta.dirname, 'ignore-sentences.js'),
    ],
    ignorers: ['sentences'],
    vitest: { configFile: 'test/mutation/vitest.config.ts', related: false },
    mutate: [...globs, '!**/*.test.ts', '!**/*.gen.ts', '!**/generated/**'],
    coverageAnalysis: 'perTest',
    ignorePatterns: ['/packages/*/dist', '/test/*/installed', '/test/bench/peers', '.turbo', 'coverage'],
    concurrency: Number(process.env.CONCURRENCY ?? 2),
    timeoutMS: 20_000,
    dryRunTimeoutMinutes: 30,
    reporters: ['json', 'html', 'progress-append-only'],
    jsonReporter: { fileName: join(work, name, 'report.json') },
    htmlReporter: { fileName: join(work, name, 'report.html') },
    tempDirName: join(work, 'copies'),
    incremental: process.env.INCREMENTAL === '1',
    incrementalFile: join(work, name, 'incremental.json'),
    allowConsoleColors: false,
  };
}

async function runStryker(name: string, options: object): Promise<void> {
  await mkdir(join(work, name), { recursive: true });
  const configFile = join(work, name, 'stryker.config.json');
  await writeFile(configFile, JSON.stringify(options, undefined, 2));
  const bin = join(installed, 'node_modules/@stryker-mutator/core/bin/stryker.js');
  const env = { ...process.env, MUTATED_PACKAGE: name };
  const child = killAtExit(
    spawn(process.execPath, [bin, 'run', configFile], { cwd: root, env, stdio: 'inherit', detached: true }),
  );
  const exitCode = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (exitCode !== 0) throw new Error(`Stryker ended with ${exitCode}.`);
}

async function readJson<Value>(file: string): Promise<Value> {
  return JSON.parse(await readFile(file, 'utf8')) as Value;
}

function print({ mutants, score, unnamed, stale }: MutationVerdict, equivalent: number, threshold: number): void {
  for (const { place, line, mutator, replacement } of unnamed) {
    console.log(`\nsurvived  ${place}  ${mutator}\n  ${line}\n  → ${replacement}`);
  }
  for (const { file, line, reason } of stale) console.log(`\nnot there any more  ${file}\n  ${line}\n  ${reason}`);
  const figures = `${score.toFixed(1)} % of ${mutants} mutants were noticed; ${threshold} % must be`;
  console.log(
    `\n${figures}. ${unnamed.length} survivors have no reason in test/mutation/equivalent, ${equivalent} have one.`,
  );
}

const [name = '', ...files] = process.argv.slice(2);
const target = targets[name];
if (target === undefined) {
  console.error(
    `Name one of: ${Object.keys(targets).join(', ')}; then files, such as packages/signing/src/sign-request.ts.`,
  );
  process.exitCode = 2;
} else {
  const failure = npmCi(installed);
  if (failure !== '') throw new Error(failure);
  await runStryker(name, strykerOptions(name, target, files));
  const report = await readJson<MutationReport>(join(work, name, 'report.json'));
  const equivalent = await readJson<EquivalentMutant[]>(join(import.meta.dirname, `equivalent/${name}.json`));
  const verdict = judgeReport(report, equivalent);
  print(verdict, equivalent.length, target.threshold);
  const isGood = verdict.score >= target.threshold && verdict.unnamed.length + verdict.stale.length === 0;
  process.exitCode = isGood ? 0 : 1;
}
