import type { Asker, ChosenSecret, Secrets } from '../app-secrets.js';
import { callError, notSent } from '../call/call-errors.js';
import { NexconnConfigurationError, NexconnError, optionChecks, refuseOption } from '../errors.js';
import { isSignatureHeader } from '../nexconn-api.js';
import type { Parts } from '../pipeline/parts.js';
import { signRequest } from '../pipeline/sign-request.js';
import { redactLikelySecrets } from '../redaction/redact-likely-secrets.js';
import { createRedact, safeCause } from '../redaction/safe-cause.js';
import type { Operation } from '../table-types.js';
import { noteKey } from './may-repeat.js';
import type { BasicCredentials, Credential, SecurityScheme, SignatureCredentials } from './types.js';

type Schemes = Readonly<Record<string, SecurityScheme | null>>;
type Provider = () => string | Promise<string>;

/** What one attempt carries so that it may call. */
interface ChosenCredentials extends ChosenSecret {
  readonly headers: Readonly<Record<string, string>>;
  readonly isSigned: boolean;
  /** What it adds to the query. */
  readonly pairs: string;
  /** The schemes whose credentials came of a function, with their values. */
  readonly provided: ReadonlyMap<string, string>;
}

/** The credentials of a client, by the names of their schemes. */
export interface Credentials {
  readonly secrets: Secrets;
  readonly sign: Parts['sign'];
}

const notProvided = 'gives no text. Have it return the API key or the token.';

/**
 * Creates what each attempt is given of the credentials: those of the first way to call its operation that all are there for.
 * `signing` chooses the App Secret where there is a signature.
 */
export function createCredentials(
  described: Schemes,
  credentials: Readonly<Record<string, Credential | undefined>>,
  signing: Secrets | undefined,
): Credentials {
  // Without a prototype: a scheme may be called `constructor`.
  const schemes: Schemes = { __proto__: null, ...described };
  const given: Readonly<Record<string, Credential | null | undefined>> = { __proto__: null, ...credentials };
  const values = new Map<string, string>();
  const asking = new Map<string, Promise<void>>();
  const seen = new Set<string>();
  for (const [name, credential] of Object.entries(credentials)) {
    const scheme = checkCredential(name, schemes, credential);
    if (typeof credential === 'string') note(name, credential);
    if (scheme.type === 'basic' && credential !== undefined) note(name, basicOf(credential as BasicCredentials));
  }

  function note(name: string, value: string): void {
    values.set(name, value);
    for (const text of [value, encodeURIComponent(value)]) seen.add(text);
  }

  function isGiven(name: string, way: readonly string[]): boolean {
    if (given[name]) return true;
    // A signature brings the other headers that it is made of.
    const scheme = schemes[name];
    const isOfSignature = scheme?.type === 'apiKey' && isSignatureHeader(scheme.name);
    return isOfSignature && way.some((each) => schemes[each]?.type === 'signature' && given[each]);
  }

  /** @throws {NexconnConfigurationError} INVALID_OPTION */
  function wayOf(operation: Operation | undefined): readonly string[] {
    const ways = operation?.security ?? [];
    const found = ways.find((way) => way.every((name) => isGiven(name, way)));
    if (found || ways.length === 0) return found ?? [];
    const all = ways.map((way) => way.map((name) => `credentials.${name}`).join(' and ')).join(', or ');
    return refuseOption(
      `credentials.${ways[0]?.find((name) => !given[name])}`,
      `is missing: ${operation?.operationId} needs ${all}. Pass it to createApiClient.`,
    );
  }

  function choose(way: readonly string[]): ChosenCredentials | undefined {
    const headers: Record<string, string> = {};
    const query: string[] = [];
    const cookies: string[] = [];
    const provided = new Map<string, string>();
    let secret: ChosenSecret = { appSecret: '', role: 'only' };
    let isSigned = false;
    for (const name of way) {
      const scheme = schemes[name];
      if (scheme?.type === 'signature') {
        const picked = signing?.pick();
        if (!picked) return undefined;
        secret = picked;
        isSigned = true;
      }
      if (!scheme || scheme.type === 'signature' || !given[name]) continue;
      const value = values.get(name);
      if (value === undefined) return undefined;
      if (typeof given[name] === 'function') provided.set(name, value);
      if (scheme.type === 'basic') headers.Authorization = `Basic ${value}`;
      else if (scheme.type === 'bearer') headers.Authorization = `Bearer ${value}`;
      else if (scheme.in === 'header') headers[scheme.name] = value;
      else
        (scheme.in === 'query' ? query : cookies).push(
          `${encodeURIComponent(scheme.name)}=${encodeURIComponent(value)}`,
        );
    }
    if (cookies.length > 0) headers.Cookie = cookies.join('; ');
    return { ...secret, headers, isSigned, provided, pairs: query.join('&') };
  }

  /** Asks a function once for all who wait. */
  function provide(name: string): Promise<void> {
    const present = asking.get(name) ?? askFor(name).finally(() => asking.delete(name));
    asking.set(name, present);
    return present;
  }

  async function askFor(name: string): Promise<void> {
    const value: unknown = await (given[name] as Provider)();
    if (typeof value !== 'string' || !/^[\x21-\x7e]+$/.test(value)) refuseOption(`credentials.${name}`, notProvided);
    note(name, value as string);
  }

  const secrets: Secrets = {
    failed: providerFailed,
    // A token or a key is for the hosts of the API alone.
    pick: (call, request) => choose(request?.origin ? [] : wayOf(call?.operation)),
    async ask(call) {
      const way = wayOf(call?.operation);
      const missing = way.filter((name) => typeof given[name] === 'function' && !values.has(name));
      await Promise.all(missing.map(provide));
      const signs = way.some((name) => schemes[name]?.type === 'signature');
      if (signs && signing && !signing.pick()) await signing.ask();
      return choose(way) ?? { appSecret: '', role: 'only' };
    },
    accepted: (chosen) => signing?.accepted(chosen),
    async rejected(chosen) {
      const { provided, isSigned } = chosen as ChosenCredentials;
      if (isSigned && signing) return signing.rejected(chosen);
      // Who else was refused may have asked anew by now.
      const old = [...provided].filter(([name, value]) => values.get(name) === value);
      await Promise.all(old.map(([name]) => provide(name)));
      return [...provided].some(([name, value]) => values.get(name) !== value);
    },
    mayRenew: ({ status }) => status === 401,
    tryNext: () => signing?.tryNext(),
    ids: async () => (await signing?.ids()) ?? { inForce: '', all: [] },
    idOf: async (appSecret) => (await signing?.idOf(appSecret)) ?? '',
    known: () => [...seen, ...(signing?.known() ?? [])].sort((a, b) => b.length - a.length),
  };

  return {
    secrets,
    sign(request, call, chosen, parts) {
      const { headers: own, isSigned, pairs } = chosen as ChosenCredentials;
      if (pairs) chosen.query = (request.path.includes('?') ? '&' : '?') + pairs;
      const { settings } = parts;
      noteKey(request, call);
      const add = (headers: Readonly<Record<string, string>>): Record<string, string> => {
        const { Cookie } = request.headers;
        const cookie = own?.Cookie && Cookie ? { Cookie: `${Cookie}; ${own.Cookie}` } : {};
        return { ...settings.headers, ...headers, ...own, ...cookie };
      };
      if (!isSigned) return add(request.headers);
      const signed = signRequest(request, call, chosen, parts);
      return signed instanceof Promise ? signed.then(add) : add(signed);
    },
  };
}

/** Returns the error for a function that gave no credential. */
function providerFailed(error: unknown, call: Asker, known: readonly string[]): NexconnError {
  const isWrong = error instanceof NexconnError;
  const reason = isWrong ? `gave none: ${error.message}` : 'failed.';
  const problem = `${notSent(call.attempts)}: a function of credentials ${reason} Mend it.`;
  const redact = createRedact(known);
  const cause = isWrong ? undefined : safeCause(error, (text) => redactLikelySecrets(redact(text)));
  const details = { code: 'INVALID_OPTION', option: 'credentials', cause } as const;
  return callError(NexconnConfigurationError, call, problem, details);
}

function basicOf({ username, password }: BasicCredentials): string {
  const bytes = new TextEncoder().encode(`${username}:${password}`);
  return btoa(String.fromCharCode(...bytes));
}

/** Never shows the value. @throws {NexconnConfigurationError} INVALID_OPTION */
function checkCredential(name: string, schemes: Schemes, given: Credential | undefined): SecurityScheme {
  const option = `credentials.${name}`;
  const scheme = schemes[name];
  if (!scheme) {
    const known = Object.keys(schemes).join(', ') || 'none';
    return refuseOption(option, `is no security scheme of the document. It has ${known}.`);
  }
  if (given === undefined) return scheme;
  if (scheme.type === 'basic') {
    const { username, password } = Object(given) as BasicCredentials;
    const isPair = typeof username === 'string' && typeof password === 'string' && !username.includes(':');
    if (!isPair) refuseOption(option, 'is no { username, password }. Pass both; a user name has no colon.');
  } else if (scheme.type === 'signature') {
    const { appKey, appSecret } = Object(given) as SignatureCredentials;
    optionChecks.checkText(`${option}.appKey`, appKey);
    if (typeof appSecret !== 'function' && !appSecret) refuseOption(`${option}.appSecret`, 'is missing. Pass it.');
  } else if (typeof given !== 'function' && (typeof given !== 'string' || !/^[\x21-\x7e]+$/.test(given))) {
    refuseOption(
      option,
      'is no text of visible ASCII characters. Pass the API key or token, or a function that returns it.',
    );
  }
  return scheme;
}
