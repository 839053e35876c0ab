import { readFileSync } from 'node:fs';
import { cp, mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { startMock } from '@nexconn-kit/mock';
import { chromiumPath, whyNoChromium } from '../browser/chromium.js';
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
  /** What else it costs. */
  readonly note?: string;
}

/** What a run of an example reads of its package.json. */
interface ExampleManifest {
  readonly engines: { readonly node: string };
  readonly scripts: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** The settings of each step: an npm script hands its own on, and those of our .npmrc. */
export const settingsOfSteps: Readonly<Record<string, string>> = {
  npm_config_engine_strict: 'false',
  npm_config_loglevel: 'notice',
  DO_NOT_TRACK: '1',
  NEXT_TELEMETRY_DISABLED: '1',
  CI: 'true',
};

/** The error of a step that has failed, which ends its example alone. */
export class StepFailure extends Error {}

/** Returns why an example cannot be run here; undefined where it can. */
export function whyNotRun(name: string): string | undefined {
  const manifest = readFileSync(join(examplesFolder, name, 'package.json'), 'utf8');
  const { devDependencies = {} } = JSON.parse(manifest) as ExampleManifest;
  return Object.keys(devDependencies).some((each) => /playwright/.test(each)) ? whyNoChromium() : undefined;
}

/** Copies an example out of the project, installs it from the packed packages, builds it, and runs its check beside a mock. */
export async function runExample(
  name: string,
  registry: string,
  options: { readonly onEveryNode?: boolean; readonly manager?: PackageManager } = {},
): Promise<ExampleResult> {
  return runSteps(name, async (folder) => {
    await cp(join(examplesFolder, name), folder, { recursive: true });
    const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as ExampleManifest;
    const { manager = npm } = options;
    const nodes = nodesFor(manifest.engines.node).slice(0, options.onEveryNode ? undefined : 1);
    await manager.configure(folder, registry);
    await runStep([...manager.command, ...manager.installArguments], folder, nodes[0]);
    const size = await measureInstalled(folder);
    if (manifest.scripts.build) await runStep([...manager.command, 'run', 'build'], folder, nodes[0]);
    for (const node of nodes) await runCheck([...manager.command, 'run', 'check'], folder, node);
    return { size };
  });
}

/** Those that `nexconn init` writes a project for. */
export const initFrameworks: readonly string[] = ['express', 'fastify', 'hono', 'next', 'nest'];

const cli = resolve(import.meta.dirname, '../../packages/cli/dist/bin.js');

/** Has `nexconn init` write a project, installs it from the packed packages, and runs its test, as its output says. */
export async function runInit(framework: string, registry: string): Promise<ExampleResult> {
  return runSteps(`init-${framework}`, async (folder) => {
    const init = ['init', 'app', '--framework', framework, '--region', 'sg'];
    await runStep([process.execPath, cli, ...init], folder);
    const app = join(folder, 'app');
    await npm.configure(app, registry);
    await runStep([...npm.command, ...npm.installArguments], app);
    const size = await measureInstalled(app);
    const said = await runStep([...npm.command, 'test'], app);
    if (!/^ok: /m.test(said)) throw new StepFailure(`npm test does not say what it found: ${said}`);
    // The packed command writes it as well.
    await runStep([...npm.command, 'exec', '--', 'nexconn', ...init], app);
    return { size };
  });
}

/** Times steps in a folder of their own, which is removed after them. They may return a time that leaves some of them out. */
export async function runSteps(
  name: string,
  steps: (folder: string) => Promise<Partial<ExampleResult>>,
): Promise<ExampleResult> {
  const start = performance.now();
  const folder = await realpath(await mkdtemp(join(tmpdir(), `nexconn-kit-example-${name.replace(':', '-')}-`)));
  const measured = (found: Partial<ExampleResult>): ExampleResult => ({
    name,
    seconds: (performance.now() - start) / 1000,
    ...found,
  });
  try {
    return measured(await steps(folder));
  } catch (error) {
    if (error instanceof StepFailure) return measured({ failure: error.message });
    throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function runCheck(command: readonly string[], folder: string, node: string | undefined): Promise<void> {
  await using mock = await startMock({ port: 0 });
  await runStep(command, folder, node, {
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

export async function runStep(
  [command = '', ...args]: readonly string[],
  cwd: string,
  node = process.execPath,
  settings: Record<string, string> = {},
): Promise<string> {
  const path = [dirname(node), process.env.PATH].join(delimiter);
  const env = { ...settingsOfSteps, PATH: path, CHROMIUM_PATH: chromiumPath() ?? '', ...settings };
  const { exitCode, output } = await runCommand(command, args, { cwd, env });
  if (exitCode !== 0) throw new StepFailure(`${[command, ...args].join(' ')} failed: ${output}`);
  return output;
}
