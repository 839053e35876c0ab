import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';

/** What a run of the Redocly command line left behind. */
export interface RedoclyRun {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** Runs the installed Redocly command line, without telemetry and without looking for updates. */
export function runRedocly(root: string, args: readonly string[]): Promise<RedoclyRun> {
  const command = createRequire(import.meta.url).resolve('@redocly/cli/bin/cli.js');
  const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true', NO_COLOR: '1' };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [command, ...args],
      { cwd: root, env, maxBuffer: 256 * 1024 * 1024 },
      (error, stdout, stderr) => {
        const exitCode = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
        resolve({ exitCode, stdout, stderr });
      },
    );
  });
}
