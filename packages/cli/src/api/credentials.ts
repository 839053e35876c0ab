import type { Credential } from '@nexconn-kit/client/api';
import type { ResolvedDocument, ResolvedOperation, ResolvedScheme } from '@nexconn-kit/document/compiler';
import type { CliContext } from '@nexconn-kit/token-server/command-line';
import { CliError, readSmallFile } from '@nexconn-kit/token-server/command-line';
import { readCredentials } from '../options/credentials.js';

/** Where credentials come from. */
export interface CredentialSources {
  readonly env: CliContext['env'];
  readonly appSecretFile?: string | undefined;
  /** A JSON object with a text for each security scheme. */
  readonly credentialsFile?: string | undefined;
}

/** What a call carries so that it is let in, by the names of the security schemes. */
export interface ChosenCredentials {
  readonly credentials: Readonly<Record<string, Credential>>;
  /** What of it must not be shown. */
  readonly secrets: readonly string[];
}

const prefix = 'NEXCONN_CREDENTIAL_';
/** Far more than keys and tokens have. */
const maxBytes = 65_536;

/**
 * Returns the credentials of the first way to call an operation that all are there for.
 *
 * @throws {CliError} MISSING_CONFIGURATION, with what each way needs; USAGE
 */
export function chooseCredentials(
  { operationId, security = [] }: ResolvedOperation,
  { securitySchemes }: Pick<ResolvedDocument, 'securitySchemes'>,
  { env, appSecretFile, credentialsFile }: CredentialSources,
): ChosenCredentials {
  const texts = { ...fromEnvironment(securitySchemes, env), ...fromFile(securitySchemes, credentialsFile) };
  const isSigned = (name: string): boolean => securitySchemes[name]?.type === 'signature';
  const hasApp = Boolean(env.NEXCONN_APP_KEY) && Boolean(appSecretFile ?? env.NEXCONN_APP_SECRET);
  const isThere = (name: string): boolean => (isSigned(name) ? hasApp : Object.hasOwn(texts, name));
  const ways = security.map((way) =>
    way.filter((name) => isSigned(name) || !way.some(isSigned) || !isOfSignature(securitySchemes[name])),
  );
  const way = ways.find((names) => names.every(isThere));
  if (way === undefined && ways.length > 0) {
    // It says itself which of the two are missing.
    if (ways.every((names) => names.length === 1 && names.every(isSigned))) readCredentials(env, appSecretFile);
    throw missing(operationId, ways, securitySchemes);
  }
  const chosen = (way ?? []).map((name) => [name, credentialOf(name)] as const);
  return {
    credentials: Object.fromEntries(chosen),
    secrets: chosen.flatMap(([, credential]) => secretsOf(credential)),
  };

  function credentialOf(name: string): Credential {
    if (isSigned(name)) return readCredentials(env, appSecretFile);
    const text = texts[name] ?? '';
    if (securitySchemes[name]?.type !== 'basic') return text;
    const [, username, password] = /^([^:]*):([\s\S]*)$/.exec(text) ?? [];
    if (username !== undefined && password !== undefined) return { username, password };
    const message = `The credential of ${name} has no colon. Set it to the user name, a colon and the password.`;
    throw new CliError(message, { code: 'MISSING_CONFIGURATION' });
  }
}

/** Whether a scheme is one of the headers that a signature is sent with. */
function isOfSignature(scheme: ResolvedScheme | undefined): boolean {
  return scheme?.type === 'apiKey' && /^(rc-)?(app-key|nonce|timestamp|signature)$/i.test(scheme.name);
}

/** The variable of a scheme: `NEXCONN_CREDENTIAL_PET_KEY` for `petKey`. */
function variableOf(name: string): string {
  const words = name.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '_').replaceAll(/[^A-Za-z0-9]+/g, '_');
  return prefix + words.toUpperCase();
}

function fromEnvironment(schemes: object, env: CliContext['env']): Record<string, string> {
  const found = Object.keys(schemes).map((name) => [name, env[variableOf(name)] ?? ''] as const);
  return Object.fromEntries(found.filter(([, text]) => text !== ''));
}

function fromFile(schemes: object, path: string | undefined): Record<string, string> {
  if (path === undefined) return {};
  const found = parseObject(readText(path));
  const wrong = found && Object.entries(found).find(([, text]) => typeof text !== 'string' || text === '');
  const unknown = found && Object.keys(found).find((name) => !Object.hasOwn(schemes, name));
  // Without a word of the file: whatever is wrong with it, it may hold a secret.
  const problem =
    found === undefined
      ? 'holds no JSON object'
      : wrong !== undefined
        ? 'has something else than a text'
        : unknown !== undefined && 'names a security scheme that the document does not have';
  if (!problem) return found as Record<string, string>;
  const names = Object.keys(schemes).join(', ') || 'none';
  const message = `The file that --credentials-file names ${problem}. Write {"NAME":"…"}; the names of the document are ${names}.`;
  throw new CliError(message, { code: 'USAGE' });
}

function readText(path: string): string {
  try {
    return readSmallFile(path, { maxBytes });
  } catch (error) {
    // Without the path: who takes the flag for that of the secret has put the secret there.
    const message = `The file that --credentials-file names ${(error as Error).message}. Set it to the path of a file.`;
    throw new CliError(message, { code: 'MISSING_CONFIGURATION' });
  }
}

function parseObject(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function missing(
  operationId: string,
  ways: readonly (readonly string[])[],
  schemes: ResolvedDocument['securitySchemes'],
): CliError {
  const words = ways.map((way) => way.map((name) => inWords(name, schemes[name])).join(' and ')).join(', or ');
  const message = `${operationId} needs ${words}. Set that, or name a file with --credentials-file.`;
  return new CliError(message, { code: 'MISSING_CONFIGURATION' });
}

function inWords(name: string, scheme: ResolvedScheme | undefined): string {
  const variable = variableOf(name);
  switch (scheme?.type) {
    case 'signature':
      return 'NEXCONN_APP_KEY with NEXCONN_APP_SECRET';
    case 'basic':
      return `${variable} (user:password)`;
    case 'bearer':
      return `${variable} (a token)`;
    case 'apiKey':
      return `${variable} (the API key ${scheme.name})`;
    default:
      return `${name}, which is of a kind that no credential is known for`;
  }
}

function secretsOf(credential: Credential): string[] {
  if (typeof credential === 'string') return [credential, encodeURIComponent(credential)];
  if ('password' in credential) {
    const { username, password } = credential;
    return [Buffer.from(`${username}:${password}`).toString('base64'), password];
  }
  return 'appSecret' in credential && typeof credential.appSecret === 'string' ? [credential.appSecret] : [];
}
