import { NexconnConfigurationError } from '../errors.js';
import type { NexconnClientOptions } from '../types.js';

/** The globals that tell the runtimes apart. */
interface Scope {
  readonly window?: unknown;
  readonly document?: unknown;
  readonly WorkerGlobalScope?: unknown;
  readonly navigator?: { readonly userAgent?: string; readonly product?: string } | undefined;
  readonly process?: { readonly versions?: { readonly node?: string } };
  readonly Deno?: unknown;
  readonly Bun?: unknown;
}

/** @throws {NexconnConfigurationError} BROWSER_REFUSED */
export function refuseBrowser(
  options: Pick<NexconnClientOptions, 'dangerouslyAllowBrowser'> | undefined,
  scope: object,
): void {
  if (options?.dangerouslyAllowBrowser === true || !isUsersDevice(scope)) return;
  throw new NexconnConfigurationError(
    'The Nexconn client does not run in a browser or an app: everyone who has the page could read the App Secret. ' +
      'Run it on your app server, which hands the page its access token.',
    { code: 'BROWSER_REFUSED', option: 'dangerouslyAllowBrowser' },
  );
}

function isUsersDevice(scope: Scope): boolean {
  const isPage = scope.window !== undefined && scope.document !== undefined;
  const isReactNative = scope.navigator?.product === 'ReactNative';
  return isPage || isReactNative || (scope.WorkerGlobalScope !== undefined && !isServer(scope));
}

function isServer({ process, Deno, Bun, navigator }: Scope): boolean {
  const isNode = typeof process?.versions?.node === 'string';
  return isNode || Deno !== undefined || Bun !== undefined || navigator?.userAgent === 'Cloudflare-Workers';
}
