import { cp, mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { startMock } from '@nexconn-kit/mock';
import { chromiumPath } from '../browser/chromium.js';
import { node24 } from '../runtimes/installed.js';
import { runCommand } from '../support/run-command.js';
import { type InstalledSize, measureInstalled } from './measure-installed.js';
import { npm, type PackageManager } from './package-managers.js';

export const examplesFolder: string = resolve(import.meta.dirname, '../../examples');

export interface ExampleResult {
  readonly name: string;
  /** What the step that failed has written; undefined where the example passed. */
  readonly failure?: string;
  readonly seconds: number;
  readonly size?: InstalledSize;
}

/** What a run of an example reads of its package.json. */
interface ExampleManifest {
  readonly engines: { readonly node: string };
  readonly scripts: Readonly<Record<string, string>>;
}

/** An npm script hands its own settings on, and those of our .npmrc. */
const asOutside = { npm_config_engine_strict: 'false', npm_config_loglevel: 'notice', DO_NOT_TRACK: '1', CI: 'true' };

class StepFailure extends Error {}

/** Copies an example out of the project, installs it from the packed packages, builds it, and runs its check beside a mock. */
export async function runExample(
  name: string,
  registry: string,
  options: { readonly onEveryNode?: boolean; readonly manager?: PackageManager } = {},
): Promise<ExampleResult> {
  const start = performance.now();
  const folder = await realpath(await mkdtemp(join(tmpdir(), `nexconn-kit-example-${name}-`)));
  let size: InstalledSize | undefined;
  const result = (failure?: string): ExampleResult => ({
    name,
    seconds: (performance.now() - start) / 1000,
    ...(size && { size }),
    ...(failure !== undefined && { failure }),
  });
  try {
    await cp(join(examplesFolder, name), folder, { recursive: true });
    const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as ExampleManifest;
    const { manager = npm } = options;
    const nodes = nodesFor(manifest.engines.node).slice(0, options.onEveryNode ? undefined : 1);
    await manager.configure(folder, registry);
    await run([...manager.command, ...manager.installArguments], folder, nodes[0]);
    size = await measureInstalled(folder);
    if (manifest.scripts.build) await run([...manager.command, 'run', 'build'], folder, nodes[0]);
    for (const node of nodes) await runCheck([...manager.command, 'run', 'check'], folder, node);
    return result();
  } catch (error) {
    if (error instanceof StepFailure) return result(error.message);
    throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function runCheck(command: readonly string[], folder: string, node: string | undefined): Promise<void> {
  await using mock = await startMock({ port: 0 });
  await run(command, folder, node, {
    NEXCONN_APP_KEY: mock.appKey,
    NEXCONN_APP_SECRET: mock.appSecret,
    NEXCONN_BASE_URL: mock.url,
  });
}

/** Returns which of our Nodes an example is for: this one, and Node 24. */
function nodesFor(range: string): string[] {
  const major = Number(/^>=(\d+)/.exec(range)?.[1]);
  const isForThis = major <= Number(process.versions.node.split('.')[0]);
  return isForThis ? [process.execPath, node24] : [node24];
}

async function run(
  [command = '', ...args]: readonly string[],
  cwd: string,
  node = process.execPath,
  settings: Record<string, string> = {},
): Promise<void> {
  const path = [dirname(node), process.env.PATH].join(delimiter);
  const env = { ...asOutside, PATH: path, CHROMIUM_PATH: chromiumPath() ?? '', ...settings };
  const { exitCode, output } = await runCommand(command, args, { cwd, env });
  if (exitCode !== 0) throw new StepFailure(`${[command, ...args].join(' ')} failed: ${output}`);
}
