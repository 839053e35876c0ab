import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { node24 } from '../../runtimes/installed.js';
import { findProgram } from '../../support/find-program.js';
import { runCommand } from '../../support/run-command.js';
import { type ExampleResult, examplesFolder } from '../run-example.js';

/** Why the example cannot be run here; undefined where it can. */
export function whyNoContainers(): string | undefined {
  if (!findProgram('redis-server')) return 'It needs a redis-server.';
  const canIsolate = spawnSync('unshare', ['--mount', '--net', '--pid', '--fork', 'true']).status === 0;
  if (process.platform === 'linux' && process.getuid?.() === 0 && canIsolate) return undefined;
  return 'It needs Linux and root: each RUN and each service is run by chroot, in namespaces of its own.';
}

/** Builds and runs examples/docker as Docker and Compose would, without either, from the packed packages. */
export async function runDockerExample(registry: string): Promise<ExampleResult> {
  const start = performance.now();
  const script = join(import.meta.dirname, 'build-and-run.ts');
  const folder = await mkdtemp(join(tmpdir(), 'nexconn-kit-containers-'));
  const node = [process.execPath, '--conditions=@nexconn-kit/source', '--import', import.meta.resolve('tsx')];
  const places = [join(examplesFolder, 'docker'), registry, node24, folder];
  const args = ['--mount', '--propagation', 'private', ...node, script, ...places];
  const { exitCode, output } = await runCommand('unshare', args, { cwd: import.meta.dirname });
  await rm(folder, { recursive: true });
  const seconds = (performance.now() - start) / 1000;
  console.log(output.trim());
  return { name: 'docker', seconds, ...(exitCode !== 0 && { failure: output }) };
}
