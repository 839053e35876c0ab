import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { startMock } from '@nexconn-kit/mock';
import { downloadFiles } from '../../packages/docs/build/downloads/download-files.js';
import { npmCi } from '../support/npm-ci.js';
import type { CommandResult } from '../support/run-command.js';
import { download, respect, runNode } from './run-program.js';

const installed = join(import.meta.dirname, 'installed');
const failure = npmCi(installed);
if (failure !== '') throw new Error(`There is no newman and no Bruno. ${failure}`);
await using mock = await startMock({ port: 0 });
await using downloads = await download();
const { folder } = downloads;
const variables = { appKey: mock.appKey, appSecret: mock.appSecret, baseUrl: mock.url };
const options = Object.entries(variables).flatMap(([name, value]) => ['--env-var', `${name}=${value}`]);
const wrong = options.map((option) => (option.startsWith('appSecret=') ? 'appSecret=wrong' : option));

let failed = 0;
for (const { name, command } of downloadFiles()) {
  if (name.endsWith('.postman_collection.json')) {
    const newman = join(installed, 'node_modules/newman/bin/newman.js');
    report(name, command, await runNode(folder, [newman, 'run', name, ...options]), true);
    report(name, `${command}, with a wrong App Secret`, await runNode(folder, [newman, 'run', name, ...wrong]), false);
  } else if (name.endsWith('.bruno.zip')) {
    execFileSync('unzip', ['-q', name], { cwd: folder });
    const collection = join(folder, name.replace(/\.zip$/, ''));
    const bruno = [join(installed, 'node_modules/@usebruno/cli/bin/bru.js'), 'run', '--env', 'mock'];
    report(name, command, await runNode(collection, [...bruno, ...options]), true);
    report(name, `${command}, with a wrong App Secret`, await runNode(collection, [...bruno, ...wrong]), false);
  } else if (name.endsWith('.http')) {
    report(name, command, await runNode(folder, ['sign.mjs', '--send', name], mock), true);
  } else if (name.endsWith('.arazzo.yaml')) {
    report(name, command, await respect(folder, name, mock), true);
  }
}
console.log(`${readdirSync(folder).length} files, ${failed} runs that did not end as they should`);
process.exitCode = failed === 0 ? 0 : 1;

function report(name: string, command: string, { exitCode, output }: CommandResult, isGood: boolean): void {
  const isRight = (exitCode === 0) === isGood && !output.includes(mock.appSecret);
  if (!isRight) failed += 1;
  console.log(`${(isRight ? 'passed' : 'failed').padEnd(8)} ${name}\n         ${command}`);
  if (!isRight) console.log(output);
}
