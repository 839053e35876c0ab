import { CommanderError } from 'commander';
import { docUrlOf, type ExitCode, exitCode } from './errors.js';
import { hasColours } from './help.js';
import type { CliContext } from './types.js';

/** The codes for a wrong set-up, of this package and of those below it. */
const usageCodes = new Set(['USAGE', 'MISSING_CONFIGURATION', 'INVALID_OPTION']);
const signingInputCodes = new Set(['INVALID_CREDENTIALS', 'INVALID_NONCE', 'INVALID_TIMESTAMP']);

const folderIsGone = 'The folder that this was started in is not there any more. Change to another one.';

interface ErrorReport {
  code: string;
  apiCode?: number | undefined;
  status?: number | undefined;
  requestId?: string | undefined;
  attempts?: number | undefined;
  message: string;
  docUrl?: string | undefined;
}

/** Writes the error to stderr, as a sentence or as one JSON object, and returns the exit code. */
export function reportError(
  error: unknown,
  { stderr, env }: Pick<CliContext, 'stderr' | 'env'>,
  { program, isJson }: { readonly program: string; readonly isJson: boolean },
): ExitCode {
  if (error instanceof CommanderError && error.exitCode === 0) return exitCode.done;
  // Commander has written the help by then.
  if (error instanceof CommanderError && error.code === 'commander.help') return exitCode.usage;
  const report = describe(error, program, env);
  const isUsage = usageCodes.has(report.code) || signingInputCodes.has(report.code);
  // A wrong flag needs no page, and a log of lines no address in each.
  const link = isUsage || !stderr.isTTY || report.docUrl === undefined ? '' : `${dim(report.docUrl, stderr, env)}\n`;
  stderr.write(isJson ? `${JSON.stringify({ error: report })}\n` : `${sentence(report)}\n${link}`);
  return isUsage ? exitCode.usage : exitCode.failed;
}

function describe(error: unknown, program: string, env: CliContext['env']): ErrorReport {
  if (error instanceof CommanderError) {
    return { code: 'USAGE', message: commanderMessage(error.message, program), docUrl: docUrlOf('cli', 'USAGE') };
  }
  if (!(error instanceof Error)) {
    const message = Object(error) === error ? 'Something that is no error was thrown.' : String(error);
    return { code: 'UNEXPECTED', message: withoutSecrets(message, env) };
  }
  const { code, apiCode, status, requestId, attempts, docUrl } = error as Partial<ErrorReport>;
  if ((error as NodeJS.ErrnoException).syscall === 'uv_cwd') return { code: 'USAGE', message: folderIsGone };
  // What we say ourselves has none in it, but words that are the password of somebody.
  const isOurs = /^(Nexconn|TokenService|Signing|Mock|Document|Generate|Cli|KeySet)\w*Error$/.test(error.name);
  const message = isOurs ? error.message : withoutSecrets(`${error.message}`, env);
  const known = {
    apiCode,
    status,
    requestId,
    attempts,
    message: withFlags(message),
    docUrl: isOurs ? docUrl : undefined,
  };
  return { code: code ?? 'UNEXPECTED', ...known };
}

function dim(text: string, output: CliContext['stderr'], env: CliContext['env']): string {
  return hasColours(output, env) ? `\x1B[2m${text}\x1B[22m` : text;
}

/** Returns a text of somebody else without the secrets of the environment, and the passwords of its URLs. */
function withoutSecrets(text: string, env: CliContext['env']): string {
  const secrets = Object.entries(env).flatMap(([name, value = '']) => {
    if (/^NEXCONN_(CREDENTIAL_.+|.*(SECRET|SECRET_NEXT|ENCRYPTION_KEYS|USER_ID_KEY))$/.test(name))
      return [value, ...value.split(/[\s,]+/)];
    const [, password = ''] = /^\w+:\/\/[^\s/@:]*:(.+)@/.exec(value) ?? [];
    return password;
  });
  // Shorter ones are parts of other words.
  const known = secrets.filter((secret) => secret.length >= 4).sort((a, b) => b.length - a.length);
  return known.reduce((rest, secret) => rest.replaceAll(secret, '[redacted]'), text);
}

/** Returns the message with flags in place of the client's names of options. */
function withFlags(message: string): string {
  // The deadline of a call follows from the time limit of an attempt, and has no flag of its own.
  return message
    .replaceAll(/\bthe option port\b/g, '--port')
    .replace(/^baseUrl\b/, 'The base URL')
    .replaceAll(/\bbaseUrl\b/g, 'the base URL')
    .replace(', for example from NEXCONN_BASE_URL.', ' by --base-url or NEXCONN_BASE_URL.')
    .replaceAll(/\buserIdPattern\b( \(--user-id-pattern\))?/g, '--user-id-pattern')
    .replaceAll(/\b(timeoutMs|deadlineMs)\b/g, '--timeout-ms');
}

function commanderMessage(message: string, program: string): string {
  // Without the value of an option that there is not: it may be a secret, as in `--app-secret=…`.
  const shown = message.replace(/^error: (unknown option '-[^=']*)=.*'/s, "$1'").replace(/^error: /, '');
  const [problem = '', ...hints] = shown.split('\n');
  const text = `${problem.charAt(0).toUpperCase()}${problem.slice(1)}`;
  return [text.endsWith('.') ? text : `${text}.`, ...hints, `See ${program} --help.`].join(' ');
}

function sentence({ message, requestId, attempts = 0 }: ErrorReport): string {
  // Without an attempt nobody else has seen the ID.
  if (requestId === undefined || attempts === 0) return message;
  return `${message}\n(request ${requestId}${attempts > 1 ? `, ${attempts} attempts` : ''})`;
}
