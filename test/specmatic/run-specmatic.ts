import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '../support/run-command.js';

/** Where Specmatic stands, which no workspace depends on. */
export const installedFolder: string = join(import.meta.dirname, 'installed');

const jar = join(installedFolder, 'node_modules/specmatic/specmatic.jar');

/** Longer than any answer takes on a busy machine: only a server that hangs is to be found. */
const timeoutSeconds = 300;

/** What Specmatic found. */
export interface SpecmaticVerdict {
  /** How many requests it drew. */
  readonly tests: number;
  /** The scenarios in which the server's answer was not one that the document has. */
  readonly disagreements: readonly string[];
  /** All that it said, to look at. */
  readonly output: string;
}

/** Whether there is a Java that Specmatic runs on. */
export function hasJava(): boolean {
  const { status, stderr } = spawnSync('java', ['-version'], { encoding: 'utf8' });
  const [, version = '0'] = /version "(\d+)/.exec(stderr ?? '') ?? [];
  return status === 0 && Number(version) >= 17;
}

/** Has Specmatic draw good and bad requests from a document, send them to a server and judge the answers. */
export async function runSpecmatic(document: string, url: string): Promise<SpecmaticVerdict> {
  const folder = await mkdtemp(join(tmpdir(), 'nexconn-kit-specmatic-'));
  try {
    const options = [`--testBaseURL=${url}`, `--timeout=${timeoutSeconds}`];
    const env = { SPECMATIC_GENERATIVE_TESTS: 'true' };
    // It writes reports into the folder that it runs in.
    const { output } = await runCommand('java', ['-jar', jar, 'test', document, ...options], { cwd: folder, env });
    const [, tests] = /^Tests run: (\d+)/m.exec(output) ?? [];
    if (tests === undefined) throw new Error(`Specmatic did not run:\n${output.slice(-4000)}`);
    const disagreements = [...output.matchAll(/^ {2}"(.+ (?:FAILED|ABORTED))"$/gm)].map(
      ([, scenario]) => `${scenario}`,
    );
    return { tests: Number(tests), disagreements, output };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
