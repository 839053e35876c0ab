import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunningMock } from '@nexconn-kit/mock';
import { writeDownloads } from '../../packages/docs/build/downloads/write-downloads.js';
import { type CommandResult, runCommand } from '../support/run-command.js';

/** The downloads in a folder of their own, as a reader has them. */
export interface DownloadedFolder extends AsyncDisposable {
  readonly folder: string;
}

/** Writes the downloads to a folder, which is gone afterwards. */
export async function download(): Promise<DownloadedFolder> {
  const root = await mkdtemp(join(tmpdir(), 'nexconn-kit-downloads-'));
  writeDownloads(root);
  return {
    folder: join(root, 'downloads'),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
}

/** Runs a program of Node in the folder of the downloads, with the environment of a mock. */
export function runNode(folder: string, words: readonly string[], mock?: RunningMock): Promise<CommandResult> {
  const env = mock && {
    NEXCONN_APP_KEY: mock.appKey,
    NEXCONN_APP_SECRET: mock.appSecret,
    NEXCONN_BASE_URL: mock.url,
  };
  return runCommand(process.execPath, words, { cwd: folder, ...(env && { env }) });
}

/** Runs the workflows by `redocly respect`, with the inputs that `sign.mjs` prints for them. */
export async function respect(folder: string, name: string, mock: RunningMock): Promise<CommandResult> {
  const inputs = await runNode(folder, ['sign.mjs', name]);
  const redocly = join(createRequire(import.meta.url).resolve('@redocly/cli/package.json'), '../bin/cli.js');
  const servers = ['api', 'console'].flatMap((source) => ['--server', `${source}=${mock.url}`]);
  const words = [redocly, 'respect', name, ...servers, '--input', inputs.stdout];
  const env = { REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };
  return runCommand(process.execPath, words, { cwd: folder, env });
}
