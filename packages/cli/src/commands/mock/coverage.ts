import {
  type CliContext,
  CliError,
  type Command,
  CommandEnded,
  exitCode,
  InvalidArgumentError,
  Option,
  openDraft,
  readSmallFile,
  refuseSpecialFile,
} from '@nexconn-kit/token-server/command-line';
import { callMockConsole, parseMockUrl } from '../../process/mock-console.js';
import { table } from '../../terminal/table.js';
import { printable, readTerminal, type Style } from '../../terminal/terminal.js';

/** What requests have met of a document, as the console of a mock says it. */
interface Coverage {
  readonly operations: readonly CoveredOperation[];
  readonly codes: readonly { readonly code: number; readonly name: string; readonly count: number }[];
  /** How many requests were for no operation. */
  readonly elsewhere: number;
  readonly met: number;
  readonly total: number;
  readonly percent: number;
}

interface CoveredOperation {
  readonly operationId: string;
  readonly method: string;
  readonly path: string;
  readonly count: number;
  readonly statuses: readonly CoveredStatus[];
}

interface CoveredStatus {
  /** 0 where no answer was sent. */
  readonly status: number;
  /** `range`: by one such as `4XX`, or by `default`. */
  readonly documented: 'named' | 'range' | 'no';
  readonly count: number;
}

interface CoverageFlags {
  readonly url: URL;
  readonly threshold?: number;
  readonly json?: boolean;
}

/** The coverage of a document of thousands of operations is shorter. */
const maxBytes = 16 * 1024 * 1024;

const helpEnd = `
Each operation of the document, each of its statuses and each code of the error
catalogue counts as one. A file is one that nexconn mock --coverage has written;
without one, the mock at --url is asked.

Examples:
  nexconn mock coverage
  nexconn mock --coverage coverage.json -- npm test
  nexconn mock coverage coverage.json --threshold 80

Exit codes:
  0  shown, and not below the threshold
  1  below the threshold, or there is no mock, or no coverage in the file
  2  wrong use, or there is no such file`;

/** Adds `nexconn mock coverage`. */
export function addCoverageCommand(mock: Command, context: CliContext): void {
  mock
    .command('coverage')
    .description('show which operations, statuses and error codes were met')
    .argument('[file]', 'what nexconn mock --coverage has written')
    .addOption(
      new Option('--url <url>', 'a mock that runs')
        .argParser(parseMockUrl)
        .default(new URL('http://127.0.0.1:4010'), 'http://127.0.0.1:4010'),
    )
    .option('--threshold <percent>', 'the least share that is enough, 0 to 100', parsePercent)
    .option('--json', 'print one JSON object, an error too')
    .addHelpText('after', helpEnd)
    .action((file: string | undefined, flags: CoverageFlags, command: Command) => {
      if (file !== undefined && command.getOptionValueSource('url') !== 'default')
        throw new CliError('Give a file or --url, not both.', { code: 'USAGE' });
      return showCoverage(file, flags, context);
    });
  // A program of this name, as that of Python, is none of ours.
  mock.hook('preSubcommand', (_, { parent }) => {
    const { rawArgs = [] } = (parent?.parent ?? {}) as { rawArgs?: readonly string[] };
    const at = rawArgs.indexOf('--');
    if (at < 0 || rawArgs.indexOf('coverage') < at) return;
    const message = 'A program named coverage is run so: nexconn mock -- env coverage.';
    throw new CliError(message, { code: 'USAGE' });
  });
}

/** Writes what was met into a file, which appears complete. @throws {CliError} FILE_NOT_WRITTEN */
export async function writeCoverage(path: string, coverage: object): Promise<void> {
  await refuseSpecialFile(path);
  try {
    await using draft = await openDraft(path);
    await draft.file.writeFile(`${JSON.stringify(coverage, null, 2)}\n`);
    await draft.commit();
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const message = `The file ${path} cannot be written (${code}). Check the path given to --coverage.`;
    throw new CliError(message, { code: 'FILE_NOT_WRITTEN', cause });
  }
}

/** @throws {CliError} COMMAND_FAILED; {CommandEnded} below the threshold */
async function showCoverage(
  file: string | undefined,
  { url, threshold, json }: CoverageFlags,
  context: CliContext,
): Promise<void> {
  const coverage = file === undefined ? await askMock(url) : await readCoverage(file);
  const isEnough = threshold === undefined || coverage.percent >= threshold;
  const facts = { ...coverage, ...(threshold !== undefined && { threshold, isEnough }) };
  context.stdout.write(json ? `${JSON.stringify(facts)}\n` : `${linesOf(facts, context).join('\n')}\n`);
  if (!isEnough) throw new CommandEnded(exitCode.failed);
}

async function askMock(url: URL): Promise<Coverage> {
  const answer = await callMockConsole(url, 'coverage/get', {}, { maxBytes });
  if (isCoverage(answer)) return answer;
  const message = `What answers at ${url.origin} says nothing of coverage. Give the URL of a nexconn mock of this version.`;
  throw new CliError(message, { code: 'COMMAND_FAILED' });
}

function readCoverage(path: string): Coverage {
  const value = parseJson(readText(path));
  if (isCoverage(value)) return value;
  const message = `The file ${path} has no coverage in it. Give one that nexconn mock --coverage has written.`;
  throw new CliError(message, { code: 'COMMAND_FAILED' });
}

function readText(path: string): string {
  try {
    return readSmallFile(path, { maxBytes });
  } catch (cause) {
    const problem = (cause as Error).message;
    const message = /^https?:/.test(path)
      ? `Give the URL of a mock by --url ${path}.`
      : `The file ${path} ${problem}. Give one that nexconn mock --coverage has written.`;
    throw new CliError(message, { code: 'USAGE', cause });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isCoverage(value: unknown): value is Coverage {
  const { operations, codes, elsewhere, met, total, percent } = Object(value);
  return (
    [elsewhere, met, total, percent].every(Number.isFinite) &&
    isList(operations, ({ operationId, method, path, count, statuses }) => {
      const areTexts = [operationId, method, path].every((part) => typeof part === 'string');
      return areTexts && Number.isFinite(count) && isList(statuses, isStatus);
    }) &&
    isList(codes, ({ code, name, count }) => [code, count].every(Number.isFinite) && typeof name === 'string')
  );
}

function isStatus({ status, documented, count }: Record<string, unknown>): boolean {
  return [status, count].every(Number.isFinite) && ['named', 'range', 'no'].includes(documented as string);
}

function isList(value: unknown, isItem: (item: Record<string, unknown>) => boolean): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === 'object' && item !== null && isItem(item));
}

/** Returns the report: a line for each operation with its statuses, then the codes, then the share. */
function linesOf(coverage: Coverage & { threshold?: number; isEnough?: boolean }, context: CliContext): string[] {
  const { columns, style } = readTerminal(context.stdout, context.env);
  const paint = (isMet: boolean) => (isMet ? style.good : style.bad);
  const mark = (count: number): string => (count > 0 ? style.good('met   ') : style.bad('missed'));
  const { operations, codes, elsewhere, met, total, percent, threshold, isEnough = true } = coverage;
  const width = Math.min(columns, 100);
  const operationRows = operations.map(({ operationId, count, statuses }) => [
    mark(count),
    printable(operationId),
    `${count}`,
    statusesText(statuses, style),
  ]);
  const codeRows = codes.map(({ code, name, count }) => [mark(count), `${code}`, `${count}`, printable(name)]);
  const end = [
    `${met} of ${total} met: ${percent} %`,
    ...(elsewhere > 0 ? [`${elsewhere} ${elsewhere === 1 ? 'request was' : 'requests were'} for no operation`] : []),
    ...(threshold === undefined ? [] : [`${isEnough ? 'enough' : 'too little'}: ${threshold} % are demanded`]),
  ];
  return [
    style.bold('Operations: requests, and the statuses of the document'),
    ...table(operationRows, { columns: width, right: [2] }),
    '',
    style.bold('Error codes: answers'),
    ...table(codeRows, { columns: width, right: [1, 2] }),
    '',
    ...end.map((line) => paint(isEnough)(line)),
  ];
}

/** Those that were met, then those that were not, then those that the document does not name. */
function statusesText(statuses: readonly CoveredStatus[], style: Style): string {
  const listOf = (
    label: string,
    paint: (text: string) => string,
    wanted: (each: CoveredStatus) => boolean,
  ): string[] => {
    const found = statuses.filter(wanted).map(({ status }) => status);
    return found.length === 0 ? [] : [paint(`${label}${found.join(', ')}`)];
  };
  return [
    ...listOf('', style.good, ({ documented, count }) => documented === 'named' && count > 0),
    ...listOf('missed: ', style.bad, ({ documented, count }) => documented === 'named' && count === 0),
    ...listOf('by a range: ', style.dim, ({ documented }) => documented === 'range'),
    ...listOf('not documented: ', style.warn, ({ status, documented }) => documented === 'no' && status !== 0),
    ...(statuses.some(({ status }) => status === 0) ? [style.dim('no answer')] : []),
  ].join('; ');
}

function parsePercent(text: string): number {
  const value = /^\d{1,3}(\.\d{1,9})?$/.test(text) ? Number(text) : Number.NaN;
  if (value <= 100) return value;
  throw new InvalidArgumentError('Give a number from 0 to 100.');
}
