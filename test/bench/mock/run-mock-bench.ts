import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const folder = new URL('../../../packages/mock/test/bench/', import.meta.url);
// They measure what the mock does not publish.
const flags = ['--import', import.meta.resolve('tsx'), '--conditions=@nexconn-kit/source'];

/** Runs a bench of the mock's own in a process of its own; resolves with the figures that it prints. */
export async function runMockBench(script: string, args: string[] = []): Promise<Record<string, number>> {
  const file = fileURLToPath(new URL(script, folder));
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, file, ...args]);
  return JSON.parse(stdout);
}
