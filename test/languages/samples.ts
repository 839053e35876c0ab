import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { findProgram } from '../support/find-program.js';
import { type CommandResult, runCommand } from '../support/run-command.js';

/** A language of `examples/languages`, as the generator names it. */
export interface SampleLanguage {
  readonly id: string;
  readonly title: string;
  readonly extension: string;
  readonly programs: readonly string[];
  readonly build?: readonly string[];
  readonly run: readonly string[];
}

/** An operation that has a sample in each language. */
export interface SampleOperation {
  readonly operationId: string;
  readonly typeName: string;
}

/** Where a sample sends its call. */
export interface SampleSettings {
  readonly appKey: string;
  readonly appSecret: string;
  readonly url: string;
}

/** A sample that is ready to run. */
export interface BuiltSample extends AsyncDisposable {
  run(env: Record<string, string>): Promise<CommandResult>;
}

const repository = resolve(import.meta.dirname, '../..');
const folder = 'examples/languages';

/** What the generator wrote about the samples. */
export const samples = JSON.parse(readFileSync(join(repository, folder, 'samples.gen.json'), 'utf8')) as {
  readonly languages: readonly SampleLanguage[];
  readonly operations: readonly SampleOperation[];
};

/** Returns the path of a sample, from the root of the repository. */
export function sampleFile({ id, extension }: SampleLanguage, { operationId }: SampleOperation): string {
  return `${folder}/${id}/${operationId}.gen.${extension}`;
}

/** Whether everything that a language needs is on the `PATH`. */
export function hasToolchain({ programs }: SampleLanguage): boolean {
  return programs.every((name) => findProgram(name) !== undefined);
}

/** Returns the commands that a reader types, in one line. */
export function commandsOf(language: SampleLanguage, operation: SampleOperation): string {
  const words = (command: readonly string[]): string => fill(command, language, operation, 'out').join(' ');
  return [language.build, language.run].flatMap((command) => (command ? [words(command)] : [])).join(' && ');
}

/** Compiles a sample where its language asks for it. @throws with what the compiler says */
export async function buildSample(language: SampleLanguage, operation: SampleOperation): Promise<BuiltSample> {
  const out = await mkdtemp(join(tmpdir(), `nexconn-kit-sample-${language.id}-`));
  const start = (command: readonly string[], env: Record<string, string>): Promise<CommandResult> => {
    const [program = '', ...rest] = fill(command, language, operation, out);
    return runCommand(program, rest, { cwd: repository, env });
  };
  const dispose = (): Promise<void> => rm(out, { recursive: true, force: true });
  if (language.build) {
    const { exitCode, output } = await start(language.build, {});
    if (exitCode !== 0) {
      await dispose();
      throw new Error(`${sampleFile(language, operation)} does not compile: ${output}`);
    }
  }
  return { run: (env) => start(fromSource(language.run), env), [Symbol.asyncDispose]: dispose };
}

/** Returns what is wrong with how a sample takes a token, a refusal, or a failure; an empty list where nothing is. */
export async function checkSample(
  sample: BuiltSample,
  settings: SampleSettings,
  options: { readonly isWhole: boolean },
): Promise<string[]> {
  await using codeOn200 = await startAnswering(200, '{"code":1000,"errorMessage":"Try again."}');
  await using html = await startAnswering(502, '<html><body>Bad gateway</body></html>');
  const { appKey, appSecret, url } = settings;
  const own = { appKey, appSecret, url };
  const nobody = 'http://127.0.0.1:1';
  const cases: [what: string, settings: Partial<SampleSettings>, isFailure: boolean, words: RegExp][] = [
    ['a call that is answered', own, false, /^\w+: \S+$/m],
    ['an error with HTTP 200', { ...own, url: codeOn200.url }, true, /1000/],
  ];
  const more: typeof cases = [
    ['a wrong App Secret', { ...own, appSecret: 'wrong' }, true, /1004/],
    ['HTML from a gateway', { ...own, url: html.url }, true, /502/],
    ['a host that nobody listens at', { ...own, url: nobody }, true, /127\.0\.0\.1/],
    ['an App Secret that is not set', { appKey, url }, true, /NEXCONN_APP_SECRET/],
  ];
  const wrong: string[] = [];
  for (const [what, given, isFailure, words] of options.isWhole ? [...cases, ...more] : cases) {
    const secret = given.appSecret === undefined ? {} : { NEXCONN_APP_SECRET: given.appSecret };
    const { exitCode, output } = await sample.run({
      ...{ NEXCONN_APP_KEY: appKey, NEXCONN_BASE_URL: given.url ?? url },
      ...secret,
    });
    const isRight = (exitCode !== 0) === isFailure && words.test(output) && !output.includes(appSecret);
    if (!isRight) wrong.push(`${what}: exit code ${exitCode}, ${output.trim()}`);
  }
  return wrong;
}

function fill(
  command: readonly string[],
  language: SampleLanguage,
  operation: SampleOperation,
  out: string,
): readonly string[] {
  const values: Record<string, string> = { file: sampleFile(language, operation), type: operation.typeName, out };
  return command.map((word) => word.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? ''));
}

/** TypeScript runs the sources of the packages, as all tests do. */
function fromSource(command: readonly string[]): readonly string[] {
  if (command[0] !== 'npx') return command;
  const tsx = ['--conditions=@nexconn-kit/source', '--import', import.meta.resolve('tsx')];
  return [process.execPath, ...tsx, ...command.slice(2)];
}

async function startAnswering(status: number, body: string): Promise<AsyncDisposable & { url: string }> {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(status, { 'content-type': body.startsWith('{') ? 'application/json' : 'text/html' }).end(body);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
