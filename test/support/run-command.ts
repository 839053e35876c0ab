import { spawn } from 'node:child_process';
import { killAtExit } from './kill-at-exit.js';

export interface CommandResult {
  exitCode: number | null;
  /** Standard output and standard error in the order they came. */
  output: string;
  stdout: string;
}

/** A Java of the tests lives for seconds, in which optimizing its code takes half of its processor time. */
const ofShortJava = '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC';

/** Returns the environment of a command that is run outside of this test run's own. */
export function outsideEnvironment(added: Record<string, string> = {}): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(VITEST|NODE_OPTIONS$|NODE_ENV$|NEXCONN_)/.test(name),
  );
  const java = [process.env.JAVA_TOOL_OPTIONS, ofShortJava].filter(Boolean).join(' ');
  return { ...Object.fromEntries(inherited), NO_COLOR: '1', JAVA_TOOL_OPTIONS: java, ...added };
}

/** Runs a command to its end, outside of this test run's own environment. */
export async function runCommand(
  command: string,
  commandArguments: readonly string[],
  options: { cwd: string; env?: Record<string, string> },
): Promise<CommandResult> {
  const env = outsideEnvironment(options.env);
  const child = killAtExit(
    spawn(command, commandArguments, { cwd: options.cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true }),
  );
  const result: CommandResult = { exitCode: null, output: '', stdout: '' };
  child.stdout.on('data', (chunk) => {
    result.stdout += chunk;
    result.output += chunk;
  });
  child.stderr.on('data', (chunk) => {
    result.output += chunk;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode) => resolve({ ...result, exitCode }));
  });
}
