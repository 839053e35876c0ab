import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { isAbsolute, join, relative, sep } from 'node:path';
import type { Problem } from '@nexconn-kit/document';
import { problemOf } from '../errors.js';

interface LintProblem {
  ruleId: string;
  severity: 'error' | 'warn';
  message: string;
  location: { source: { ref: string }; pointer?: string; start?: { line: number; col: number } }[];
}

interface RedoclyRun {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** Returns every error that `spec/redocly.yaml` has the linter find in a document. */
export async function lintDocument(root: string, source: string): Promise<Problem[]> {
  const config = join(root, 'spec', 'redocly.yaml');
  const args = ['lint', source, '--format', 'json', '--max-problems', '1000'];
  const run = await runRedocly(root, existsSync(config) ? [...args, '--config', config] : args);
  const report = readReport(run.stdout);
  if (report !== null && (report.length > 0 || run.exitCode === 0)) {
    return report.filter(({ severity }) => severity === 'error').map((problem) => toProblem(root, source, problem));
  }
  const message = `redocly lint failed: ${lastLines(run.stderr)}`;
  return [problemOf(source, message, 'Check spec/redocly.yaml and its plugins.')];
}

function runRedocly(root: string, args: readonly string[]): Promise<RedoclyRun> {
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

function readReport(stdout: string): LintProblem[] | null {
  try {
    return (JSON.parse(stdout.slice(stdout.indexOf('{'))) as { problems: LintProblem[] }).problems;
  } catch {
    return null;
  }
}

function toProblem(root: string, source: string, { ruleId, message, location: [place] }: LintProblem): Problem {
  const path = place?.source.ref ?? source;
  const file = (isAbsolute(path) ? relative(root, path) : path).split(sep).join('/');
  return {
    file,
    line: place?.start?.line ?? 0,
    column: place?.start?.col ?? 0,
    pointer: place?.pointer ?? '#',
    message: message.trim().replaceAll('\n', ' '),
    hint: `Lint rule ${ruleId}.`,
  };
}

function lastLines(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !/[╔║╚]/.test(line));
  return lines.slice(-6).join(' ').trim() || 'it printed nothing.';
}
