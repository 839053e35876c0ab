import { basename, isAbsolute } from 'node:path';
import type { GenerateApiOptions, GeneratedApi } from '@nexconn-kit/generator';
import type { CliContext, Command } from '@nexconn-kit/token-server/command-line';
import { CliError, CommandEnded, parseList, untilAborted } from '@nexconn-kit/token-server/command-line';
import { growHeapSlowly } from '../../process/heap-growth.js';
import { clearInterval, setInterval } from '../../system-time.js';

type Generator = typeof import('@nexconn-kit/generator');

interface GenerateFlags {
  readonly document: string;
  readonly out: string;
  readonly overlay?: readonly string[];
  readonly allowRemote?: boolean;
  readonly only?: readonly string[];
  readonly check?: boolean;
  readonly watch?: boolean;
  readonly json?: boolean;
}

/** As the generator has them, which is not loaded for help. */
const parts = ['types', 'client', 'validators', 'mock'];

const helpEnd = `
Parts: types; client, for createApiClient; validators, of bodies, parameters and
results; mock, what startMock plays. Types are there in any case.

An operation that cannot be understood is left out, with a warning on stderr.

All files are written, or none. Other files in the folder stay; one that this
would replace and has not made is refused. It needs the package
@nexconn-kit/generator, and the code that it writes imports
@nexconn-kit/contract and, for the client, @nexconn-kit/client.

With --json it prints the paths of all files, of those that are changed,
missing and stray, and the warnings.

Examples:
  nexconn generate --document openapi.yaml --out src/api
  nexconn generate --document openapi.yaml --out src/api --only types,client
  nexconn generate --document openapi.yaml --out src/api --check

Exit codes:
  0  done; with --check, nothing differs
  1  the document cannot be used, or the package is missing;
     with --check, something differs
  2  wrong use`;

/** Adds `nexconn generate`. */
export function addGenerateCommand(program: Command, context: CliContext): void {
  program
    .command('generate')
    .description('write the code of an OpenAPI document into a project')
    .requiredOption('--document <path>', 'the OpenAPI document, 3.0 to 3.2')
    .requiredOption('--out <folder>', 'the folder that the code goes to')
    .option('--overlay <paths...>', 'OpenAPI Overlays to apply to it, in this order')
    .option('--allow-remote', 'follow what the document refers to on other hosts')
    .option('--only <parts>', `a list of ${parts.join(', ')} (default: all)`, parseList)
    .option('--check', 'write nothing, and end with 1 if something would change')
    .option('--watch', 'write anew after a change of any of its files')
    .option('--json', 'print one JSON object, an error too')
    .addHelpText('after', helpEnd)
    .action(async (flags: GenerateFlags) => {
      const options = toOptions(flags);
      growHeapSlowly();
      const generator = await loadGenerator();
      if (flags.json) return generateAsJson(generator, options, context);
      await generate(generator, options, context);
      if (flags.watch) await watch(generator, options, context);
    });
}

/** @throws {CliError} USAGE */
function toOptions(flags: GenerateFlags): GenerateApiOptions {
  const { document, out, overlay, allowRemote, only, check, watch, json } = flags;
  if (check && watch) {
    const message = '--check writes nothing, so there is nothing to watch for. Leave out --check or --watch.';
    throw new CliError(message, { code: 'USAGE' });
  }
  if (json && watch) {
    const message = '--json prints one object, and --watch has no end. Leave out --json or --watch.';
    throw new CliError(message, { code: 'USAGE' });
  }
  const unknown = only?.find((name) => !parts.includes(name));
  if (unknown !== undefined) {
    const message = `--only has ${JSON.stringify(unknown)}. It takes a list of ${parts.join(', ')}.`;
    throw new CliError(message, { code: 'USAGE' });
  }
  const chosen = parts.filter((part) => only?.includes(part)) as GenerateApiOptions['parts'];
  return { document, out, overlays: overlay, allowRemote, parts: only && chosen, check };
}

/** Only who generates code has that package: it brings the compiler of TypeScript. */
async function loadGenerator(): Promise<Generator> {
  return import('@nexconn-kit/generator').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'ERR_MODULE_NOT_FOUND' || !cause.message.includes('@nexconn-kit/generator')) throw cause;
    const message =
      'nexconn generate needs the package @nexconn-kit/generator, which is not installed beside @nexconn-kit/cli. ' +
      'Install both in the project: npm install --save-dev @nexconn-kit/cli @nexconn-kit/generator';
    throw new CliError(message, { code: 'PACKAGE_MISSING', cause });
  });
}

/** @throws {CommandEnded} with 1 where the files are compared alone, and differ */
async function generate(
  { generateApi, describeDifferences, describeWarnings }: Generator,
  options: GenerateApiOptions,
  { stdout, stderr }: CliContext,
): Promise<void> {
  const generated = await generateApi(options);
  for (const line of describeWarnings(generated)) stderr.write(`${line}\n`);
  const lines = describeDifferences(generated);
  if (!options.check) {
    const says = lines.length === 0 ? [upToDate(generated)] : [...lines, ...firstUse(generated, options.out)];
    stdout.write(`${says.join('\n')}\n`);
  } else if (lines.length === 0)
    stdout.write(`${generated.files.length} files are in sync with ${options.document}.\n`);
  else {
    const head = `The code in ${options.out} is out of sync with ${options.document}:`;
    stderr.write(`${head}\n${lines.join('\n')}\nTo fix it: ${generated.command}\n`);
    throw new CommandEnded(1);
  }
}

/** @throws {CommandEnded} with 1 where the files are compared alone, and differ */
async function generateAsJson(
  { generateApi, describeDifferences }: Generator,
  options: GenerateApiOptions,
  { stdout }: CliContext,
): Promise<void> {
  const generated = await generateApi(options);
  stdout.write(`${JSON.stringify(generated)}\n`);
  if (options.check && describeDifferences(generated).length > 0) throw new CommandEnded(1);
}

/** Returns how a file beside the folder names it: without a leading `./` it would be a package. */
function specifierOf(out: string): string {
  const path = out.replaceAll('\\', '/').replace(/\/+$/, '');
  return isAbsolute(out) || /^\.{1,2}(\/|$)/.test(path) ? path : `./${path}`;
}

/** Who has no client yet learns what makes one; empty where there was code, or no client is written. */
function firstUse({ files, missing }: GeneratedApi, out: string): string[] {
  const isFirst = missing.length === files.length && missing.some((path) => basename(path) === 'client.gen.ts');
  if (!isFirst) return [];
  return [
    '',
    'Call it, in a project with "type": "module":',
    "  import { createApiClient } from '@nexconn-kit/client/api';",
    `  import { clientApi } from '${specifierOf(out)}/index.gen.js';`,
    '  const api = createApiClient(clientApi);',
  ];
}

function upToDate({ files }: GeneratedApi): string {
  return `${files.length} files are up to date.`;
}

/** Generates anew after each change of the document, until the process is to end. */
async function watch(generator: Generator, options: GenerateApiOptions, context: CliContext): Promise<void> {
  const stop = context.stopSignal();
  const { loadDocument, watchDocument } = await import('@nexconn-kit/document');
  const { document: path, overlays, allowRemote } = options;
  const readOptions = { overlays, allowRemote };
  using _ = watchDocument(path, await loadDocument(path, readOptions), {
    ...readOptions,
    onLoad: () => generate(generator, options, context),
    onError: ({ message }) => context.stderr.write(`${message}\nNot written: the last good code stays.\n`),
  });
  context.stdout.write(`Watching ${path}. Ctrl-C ends it.\n`);
  // Neither a watch nor the wait for a signal keeps a process alive.
  const alive = setInterval(() => {}, 2 ** 30);
  await untilAborted(stop);
  clearInterval(alive);
}
