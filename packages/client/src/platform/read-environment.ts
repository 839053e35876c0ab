import { nearestName } from '../check-options.js';
import { refuseOption } from '../errors.js';
import type { NexconnClientOptions } from '../types.js';

/** The variables of a process. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** The variable of each option that can come from the environment. */
const variables = {
  appKey: 'NEXCONN_APP_KEY',
  appSecret: 'NEXCONN_APP_SECRET',
  region: 'NEXCONN_REGION',
  baseUrl: 'NEXCONN_BASE_URL',
  dangerouslyAllowHttp: 'NEXCONN_DANGEROUSLY_ALLOW_HTTP',
} as const;

/**
 * Returns the options, with the variables of the process in place of those that are missing. An option wins over a variable; any
 * of `region`, `baseUrl` and `baseUrls` wins over both variables of the host, and there `NEXCONN_BASE_URL` wins.
 *
 * @throws {NexconnConfigurationError} INVALID_OPTION where a misspelt variable is set in place of a missing one
 */
export function readEnvironment(given: NexconnClientOptions = {}, env: Variables = processEnv()): NexconnClientOptions {
  // What is no object is refused with the other options.
  if (typeof given !== 'object' || given === null) return given;
  const read = (name: keyof typeof variables): string | undefined => readVariable(variables[name], env);
  const { appKey = read('appKey'), appSecret = read('appSecret') } = given;
  const { dangerouslyAllowHttp = read('dangerouslyAllowHttp') === 'true' } = given;
  const options = { ...given, appKey, appSecret, dangerouslyAllowHttp };
  const baseUrl = hasHost(given) ? undefined : read('baseUrl');
  const region = hasHost(given) || baseUrl !== undefined ? undefined : read('region');
  const host = { ...(baseUrl !== undefined && { baseUrl }), ...(region !== undefined && { region }) };
  const complete = { ...options, ...host } as NexconnClientOptions;
  for (const name of ['appKey', 'appSecret'] as const) if (complete[name] === undefined) refuseMisspelt(name, env);
  if (!hasHost(complete)) refuseMisspelt('region', env);
  return complete;
}

function hasHost({ region, baseUrl, baseUrls }: NexconnClientOptions): boolean {
  return region !== undefined || baseUrl !== undefined || baseUrls !== undefined;
}

/** An empty variable is how many tools unset one. Deno throws where the program may not read it. */
export function readVariable(variable: string, env: Variables): string | undefined {
  try {
    return env[variable] || undefined;
  } catch {
    return undefined;
  }
}

function refuseMisspelt(option: keyof typeof variables, env: Variables): void {
  const variable = variables[option];
  const known: readonly string[] = Object.values(variables);
  const others = namesOf(env).filter((name) => /^nexconn/i.test(name) && !known.includes(name));
  // Of a longer name, such as NEXCONN_APP_SECRET_NEXT, it is not the misspelt form.
  const similar = others.filter((name) => Math.abs(name.length - variable.length) <= 2);
  const found = similar.length === 0 ? undefined : nearestName(variable, similar);
  if (found === undefined) return;
  refuseOption(option, `is missing. The variable ${found} is set, which is not read. Did you mean ${variable}?`);
}

function namesOf(env: Variables): readonly string[] {
  try {
    return Object.keys(env);
  } catch {
    return [];
  }
}

export function processEnv(): Variables {
  return (globalThis as { readonly process?: { readonly env?: Variables } }).process?.env ?? {};
}
