import { servers } from '@nexconn-kit/contract';
import type { CliContext, EndpointFlags } from '@nexconn-kit/token-server/command-line';
import {
  baseUrlOf,
  CliError,
  type Endpoint,
  isBlockedPort,
  isLoopback,
  readEndpoint,
} from '@nexconn-kit/token-server/command-line';
import { readAppSecret } from '../../options/credentials.js';
import { performanceNow } from '../../system-time.js';
import { type Finding, failed, notKnown, ok, warning } from '../../terminal/finding.js';
import { type ApiOutcome, type AskApi, createAskApi } from './ask-api.js';
import { checkHost, type HostOptions } from './check-host.js';
import { checkLook, checkNode, checkVariables } from './check-settings.js';
import { checkClock, checkIssue, checkRate, checkRequest, checkSignature, checkUserLimit } from './check-signature.js';

/** What the doctor looks at. */
export interface DoctorFlags extends EndpointFlags {
  readonly appSecretFile?: string;
  /** Ask the other regions too. */
  readonly regions?: boolean;
  /** A user that a token is really issued for. */
  readonly userId?: string;
  readonly timeoutMs: number;
}

/** Yields what is found, as soon as it is. */
export async function* examine(flags: DoctorFlags, env: CliContext['env']): AsyncGenerator<Finding> {
  yield checkNode();
  yield* checkVariables(env, flags);
  const [secretFinding, givenSecret] = readSecret(flags, env);
  const appKey = env.NEXCONN_APP_KEY ?? '';
  const look = checkLook({ appKey, appSecret: givenSecret });
  yield* secretFinding ? [...look.filter(({ check }) => check !== 'app secret'), secretFinding] : look;
  const [endpointFinding, endpoint] = readTarget(flags, env);
  yield endpointFinding;

  const options = limitTime(flags.timeoutMs, { env, secrets: secretsOf(env, givenSecret) });
  const hosts = endpoint ? urlsOf(endpoint) : [];
  const results = await Promise.all(hosts.map((url) => checkHost(url, options)));
  for (const { findings } of results) yield* findings;

  const appSecret = cleaned(givenSecret);
  const credentials = { appKey: cleaned(appKey), appSecret };
  const canSign = isUsable(credentials);
  const reached = hosts.find((_, index) => results[index]?.isReached);
  if (!canSign || reached === undefined) {
    yield* notAsked(
      canSign ? 'no host could be reached' : 'the App Key or the App Secret is missing, or cannot be one',
    );
  } else {
    const isChanged = appSecret !== givenSecret || credentials.appKey !== appKey;
    yield* askOne(createAskApi(reached, options), credentials, { flags, env, isChanged, secrets: options.secrets });
  }
  if (flags.regions && canSign) yield* askRegions(credentials, endpoint, options);
}

/** So many of the longest steps are waited for in all; what comes after that gives up at once. */
const maxSlowSteps = 12;

function limitTime(stepMs: number, options: Omit<HostOptions, 'timeoutMs'>): HostOptions {
  const endMs = performanceNow() + maxSlowSteps * stepMs;
  return {
    ...options,
    get timeoutMs() {
      return Math.ceil(Math.max(1, Math.min(stepMs, endMs - performanceNow())));
    },
  };
}

interface Asking {
  readonly flags: DoctorFlags;
  readonly env: CliContext['env'];
  /** Whether quotes or spaces were taken away, so that somebody may learn that it would work without them. */
  readonly isChanged: boolean;
  readonly secrets: readonly string[];
}

async function* askOne(ask: AskApi, credentials: Credentials, asking: Asking): AsyncGenerator<Finding> {
  const { flags, env, isChanged, secrets } = asking;
  const outcome = await ask(credentials);
  yield checkClock(outcome);
  const inputs = { ...credentials, nextSecret: cleaned(env.NEXCONN_APP_SECRET_NEXT ?? ''), secrets };
  const { findings, isAccepted } = await checkSignature(outcome, ask, inputs);
  if (isAccepted && isChanged) {
    const says = 'App Key and App Secret are accepted only without what stands around them.';
    yield failed('signature', says, 'Take it away, as said above.');
  } else {
    yield* findings;
  }
  const whole = await askWhole(ask, credentials, flags.userId, isAccepted);
  if (whole !== undefined) yield flags.userId === undefined ? checkRequest(whole) : checkIssue(whole, flags.userId);
  yield checkRate(whole ?? outcome);
  yield checkUserLimit(whole ?? outcome);
}

/** What was issued before the second millisecond of 1970 is void: nothing, whoever the user is. */
const voidsNothing = { userIds: ['nexconnDoctor'], expiresAt: 1 };

/**
 * Sends a request that nothing is missing in, since what is refused for its body comes no further: the one for a token, where
 * there is a user for it, else one that changes nothing.
 */
async function askWhole(
  ask: AskApi,
  credentials: Credentials,
  userId: string | undefined,
  isAccepted: boolean | undefined,
): Promise<ApiOutcome | undefined> {
  if (userId !== undefined) {
    return isAccepted === false ? undefined : ask({ ...credentials, body: { userId, name: 'nexconn doctor' } });
  }
  // Else it is named already why nothing is answered.
  if (isAccepted !== true) return undefined;
  return ask({ ...credentials, operation: 'expireAccessToken', body: voidsNothing });
}

interface Credentials {
  readonly appKey: string;
  readonly appSecret: string;
}

function* notAsked(why: string): Generator<Finding> {
  for (const check of ['clock', 'signature', 'request', 'rate', 'user limit'])
    yield notKnown(check, `Not asked: ${why}.`);
}

async function* askRegions(
  credentials: Credentials,
  endpoint: Endpoint | undefined,
  options: HostOptions,
): AsyncGenerator<Finding> {
  const own = endpoint && 'region' in endpoint ? endpoint.region : undefined;
  for (const { url, region } of servers.filter((server) => server.role === 'primary' && server.region !== own)) {
    const ask = createAskApi(new URL(url), options);
    const outcome = await ask(credentials);
    const check = `region ${region}`;
    if (outcome.kind !== 'api') {
      yield notKnown(check, 'It could not be asked.');
      continue;
    }
    const { isAccepted } = await checkSignature(outcome, ask, { ...credentials, nextSecret: '', secrets: [] });
    yield isAccepted
      ? failed(check, 'App Key and App Secret are accepted there.', `Set NEXCONN_REGION=${region}.`)
      : ok(check, 'The app is not there.');
  }
}

function readSecret(
  { appSecretFile }: DoctorFlags,
  env: CliContext['env'],
): readonly [finding: Finding | undefined, appSecret: string] {
  try {
    return [undefined, readAppSecret(env, appSecretFile)];
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return [failed('app secret', error.message, 'Give the path of the file that holds the App Secret.'), ''];
  }
}

function readTarget(
  flags: DoctorFlags,
  env: CliContext['env'],
): readonly [finding: Finding, endpoint: Endpoint | undefined] {
  try {
    const endpoint = readEndpoint(env, flags);
    const problem = 'baseUrl' in endpoint ? problemOf(endpoint.baseUrl, env) : undefined;
    if (problem !== undefined) return [failed('server', ...problem), undefined];
    const { port } = new URL(baseUrlOf(endpoint));
    if (isBlockedPort(Number(port))) {
      const says = `Port ${port} of the base URL is one that fetch and browsers never call; the client on Node does.`;
      return [warning('server', says, 'Have the server listen on another port.'), endpoint];
    }
    const says =
      'region' in endpoint
        ? `The region ${endpoint.region}.`
        : `The base URL is ${new URL(endpoint.baseUrl).origin} here.`;
    return [ok('server', says), endpoint];
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return [failed('server', 'No region is known.', error.message), undefined];
  }
}

/** Never shows the URL, which may hold a password. */
function problemOf(text: string, env: CliContext['env']): readonly [says: string, advice: string] | undefined {
  const advice = 'Set it to https://api.sg-light-api.com or another one of that form.';
  if (!URL.canParse(text)) return ['The base URL is no URL.', advice];
  const { protocol, username, password, search, hash, hostname } = new URL(text);
  if (!/^https?:$/.test(protocol)) return ['The base URL does not begin with https: or http:.', advice];
  if (username + password + search + hash !== '')
    return ['The base URL has a user name, a password, a ? or a #.', advice];
  if (/\/v\d+\//.test(text)) return ['The base URL has a path of the API in it.', 'Leave out what begins with /v4.'];
  const isOpen = protocol === 'http:' && !isLoopback(hostname) && env.NEXCONN_DANGEROUSLY_ALLOW_HTTP !== 'true';
  return isOpen ? ['The base URL is http: on another machine, which the client refuses.', 'Use https:.'] : undefined;
}

function urlsOf(endpoint: Endpoint): URL[] {
  if ('baseUrl' in endpoint) return [new URL(baseUrlOf(endpoint))];
  return servers.filter(({ region }) => region === endpoint.region).map(({ url }) => new URL(url));
}

/** Returns a text without the quotes, spaces and line ends around it. */
function cleaned(text: string): string {
  return text.replace(/^[\s'"`‘’“”\uFEFF]+|(?:\\[nr]|[\s'"`‘’“”\uFEFF])+$/g, '');
}

function isUsable({ appKey, appSecret }: Credentials): boolean {
  return /^[!-+\--~]+$/.test(appKey) && appSecret !== '' && !/[\s\p{Cc}\p{Cf}\p{Cs}\p{DI}\u2800]/u.test(appSecret);
}

/** Returns all texts that no foreign text may show: secrets, and passwords of proxies. */
function secretsOf(env: CliContext['env'], appSecret: string): string[] {
  const passwords = Object.entries(env)
    .filter(([name]) => /_proxy$/i.test(name))
    .map(([, value = '']) => /^(?:\w+:\/\/)?[^\s/@:]*:(.+)@/.exec(value)?.[1] ?? '');
  return [appSecret, cleaned(appSecret), env.NEXCONN_APP_SECRET ?? '', env.NEXCONN_APP_SECRET_NEXT ?? '', ...passwords];
}
