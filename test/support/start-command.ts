import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { onTestFinished } from 'vitest';
import { bundleFlags } from './bundle-sources.js';

/** A command that runs as a process of its own. */
export interface StartedCommand {
  readonly process: ChildProcessWithoutNullStreams;
  /** What it has written to stdout so far. */
  readonly stdout: () => string;
  /** What it has written to stderr so far. */
  readonly stderr: () => string;
  /** Resolves with the first match in stdout. */
  readonly waitFor: (pattern: RegExp) => Promise<RegExpExecArray>;
  /** Resolves once it has ended and all its output is read. */
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null; stdout: string; stderr: string }>;
}

const reportLeft =
  'process.exit=()=>{};process.on("exit",()=>process.stderr.write("left "+process.getActiveResourcesInfo()))';

/** The environment of a process that no `process.exit` ends: it ends once nothing is open, and writes what is left. */
export const endsByItself: Record<string, string> = {
  NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(reportLeft)}`,
};

/** Starts a command, a bundle of its sources, which does not outlive the test. */
export function startCommand(bin: string, args: string[], env: Record<string, string>): StartedCommand {
  const nodeArgs = [...bundleFlags, bin, ...args];
  // The caller's own settings and Node options stay out.
  const child = spawn(process.execPath, nodeArgs, { env: { PATH: process.env.PATH ?? '', ...env } });
  onTestFinished(() => void child.kill('SIGKILL'));
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  const ended = new Promise<Awaited<StartedCommand['ended']>>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, ...output }));
  });
  const waitFor = (pattern: RegExp): Promise<RegExpExecArray> =>
    new Promise((resolve, reject) => {
      const check = (): void => {
        const match = pattern.exec(output.stdout);
        if (match) resolve(match);
      };
      child.stdout.on('data', check);
      child.once('close', () =>
        reject(new Error(`the command ended before ${pattern}:\n${output.stdout}${output.stderr}`)),
      );
      check();
    });
  return { process: child, stdout: () => output.stdout, stderr: () => output.stderr, waitFor, ended };
}
