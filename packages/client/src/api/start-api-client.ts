import { createTransport, resolveProxy } from '#platform';
import { createSecrets, type Secrets } from '../app-secrets.js';
import type { Call } from '../call/call.js';
import { createEmitter } from '../create-emitter.js';
import { optionChecks, refuseOption } from '../errors.js';
import type { CreateHttp } from '../http/create-http.js';
import { createClient } from '../methods/create-client.js';
import { isSignatureHeader } from '../nexconn-api.js';
import { resolveBaseUrl } from '../options/hosts.js';
import { passwordsOf } from '../platform/resolve-proxy.js';
import { headerSecrets } from '../redaction/header-secrets.js';
import { checkSecret, resolveCommon } from '../resolve-options.js';
import { performanceNow } from '../system-time.js';
import type { Api, Operation } from '../table-types.js';
import { createFetchTransport } from '../transport/fetch-transport.js';
import { createCredentials } from './credentials.js';
import { refusalOf } from './error-answer.js';
import { mayRepeat } from './may-repeat.js';
import type { ApiClient, ApiClientOptions, ApiDescription, SignatureCredentials } from './types.js';

const names = {
  ...{
    baseUrl: 0,
    servers: 0,
    credentials: 0,
    fetch: 0,
    proxy: 0,
    timeoutMs: 0,
    deadlineMs: 0,
    retry: 0,
    rateLimit: 0,
  },
  ...{
    failoverCoolDownMs: 0,
    headers: 0,
    onEvent: 0,
    validateRequests: 0,
    validateResults: 0,
    checkEchoes: 0,
    dangerouslyAllowHttp: 0,
  },
  now: 0,
};

/**
 * Creates a client of the API that a document describes; its `http` is there where what creates it is passed.
 *
 * @throws {NexconnConfigurationError} INVALID_OPTION
 */
export function startApiClient<Operations extends object, Paths extends object>(
  description: ApiDescription<Operations, Paths>,
  options: ApiClientOptions = {},
  createHttp?: CreateHttp,
): ApiClient<Operations, Paths> {
  optionChecks.checkNames(options, names);
  if (!description?.operations) refuseOption('description', 'is none. Pass what was generated.');
  const { fetch, dangerouslyAllowHttp = false, credentials = {}, baseUrl, onEvent } = options;
  const { title, envelope, errors, securitySchemes } = description;
  const signed = Object.entries(credentials).find(([name]) => securitySchemes[name]?.type === 'signature');
  const scheme = signed && securitySchemes[signed[0]];
  const { appKey, appSecret } = (signed?.[1] ?? { appKey: title }) as SignatureCredentials;
  const servers = baseUrl === undefined ? (options.servers ?? description.servers) : [baseUrl];
  if (!Array.isArray(servers) || servers.length === 0) {
    refuseOption('baseUrl', 'is missing, and the document has no servers. Pass where the API stands.');
  }
  optionChecks.checkChoice<unknown>('validateResults', options.validateResults ?? true, [true, false]);
  const described = Object.values(description.operations) as Operation[];
  const operations = options.validateResults === false ? described.map(withoutResultCheck) : described;
  const api: Api = {
    ...{ operations, errors, envelope, codes: {} },
    isOwnHeader: (name) => signed !== undefined && isSignatureHeader(name),
    refusalOf: (body, status, call) => (envelope ? undefined : refusalOf(body, status, call as Call)),
  };
  const proxy = resolveProxy(options);
  const settings = {
    ...resolveCommon(options),
    ...{ api, appKey, appSecret, proxy, nonce: undefined, userIdPattern: undefined },
    headerPrefix: scheme?.type === 'signature' && scheme.headerPrefix === 'RC-' ? ('RC-' as const) : undefined,
    baseUrls: servers.map((each) =>
      resolveBaseUrl(each, dangerouslyAllowHttp, baseUrl === undefined ? 'servers' : 'baseUrl'),
    ),
  };
  const emit = createEmitter(onEvent);
  emit('client-start', () => ({ hosts: settings.baseUrls }));
  const hidden = [...headerSecrets(settings.headers), ...passwordsOf(proxy)];
  const signing = createSecrets(signed ? appSecret : '', {
    ...{ appKey, hidden, monotonicNow: performanceNow },
    check: (value) => checkSecret(value, appKey),
    onSwitched: () => emit('rotation', () => ({})),
  });
  const { secrets, sign } = createCredentials(securitySchemes, credentials, signing satisfies Secrets);
  const transport = fetch ? createFetchTransport(fetch) : createTransport(proxy);
  const { methods, ...client } = createClient({ settings, secrets, sign, mayRepeat, transport, emit, createHttp });
  return { ...methods, ...client, operations: methods } as unknown as ApiClient<Operations, Paths>;
}

function withoutResultCheck({ validateResult: _, ...operation }: Operation): Operation {
  return operation;
}
