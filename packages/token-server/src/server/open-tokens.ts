import { createNexconnClient, type RateLimitOptions } from '@nexconn-kit/client';
import {
  createTokenService,
  fitUser,
  opaqueUserId,
  type TokenService,
  type TokenServiceEvent,
  type TokenUser,
} from '@nexconn-kit/token-service';
import type { Command } from 'commander';
import { readEndpoint } from '../command-line/endpoint.js';
import { CliError, readAll } from '../command-line/errors.js';
import type { CliContext } from '../command-line/types.js';
import { readSecret } from '../settings/read-secret.js';
import { readServeSettings } from '../settings/read-settings.js';
import { defaults, placesOf, variableOf } from '../settings/serve-settings.js';
import { openStoreUnlessStopped, refuseMissingFile } from '../stores/open-store.js';
import { withTimeout } from '../with-timeout.js';
import { readApp } from './read-parts.js';

/** The token service over the store of a server, for a job beside it. */
export interface OpenTokens extends AsyncDisposable {
  readonly tokens: Pick<TokenService, 'get' | 'reissueAll'>;
  /** Returns a user as the server knows them once they log in: with an opaque ID, where it makes those, and a name that fits. */
  readonly toUser: (user: TokenUser) => TokenUser;
  /** How many users are stored, and how many of them have a token of another App Secret than the last one that is set. */
  readonly count: () => Promise<{ readonly users: number; readonly outdated: number }>;
  /** Of the store, for people; without a password. */
  readonly description: string;
}

/** What a job sets beside the settings of a server. */
export interface OpenTokensOptions {
  /** Calls a second. Default: the document's limit. */
  readonly perSecond?: number | undefined;
  /** Longest wait for one answer of the API, in milliseconds. Default: 5000. */
  readonly timeoutMs?: number | undefined;
  /** Where the store shares no limit itself. Default: this process has it for itself. */
  readonly rateStore?: RateLimitOptions['store'];
  /** Whether there has to be a store: no SQLite file is created. Default: false. */
  readonly mustExist?: boolean;
  readonly onEvent?: ((event: TokenServiceEvent) => void) | undefined;
}

/** A job has nobody waiting for it. */
const longestWaitMs = 3_600_000;
const closeTimeoutMs = 5_000;

/**
 * Opens the token service by the settings of a server, of flags, variables and file, but for those of its log-ins. Resolves to
 * undefined where the signal aborts before the store answers.
 *
 * @throws {CliError} USAGE, MISSING_CONFIGURATION, PACKAGE_MISSING, STORE_UNAVAILABLE
 */
export async function openTokens(
  command: Command,
  { env }: Pick<CliContext, 'env'>,
  stop: AbortSignal,
  { perSecond, timeoutMs, rateStore, mustExist = false, onEvent }: OpenTokensOptions = {},
): Promise<OpenTokens | undefined> {
  const settings = readServeSettings(command, env);
  const [app, endpoint, encryptionKeys, userIdKey] = readAll(
    () => readApp(settings, env),
    () => readEndpoint({}, settings),
    () => readSecret('encryptionKeys', settings, env),
    () => readSecret('userIdKey', settings, env),
  );
  const { store: storeSetting = defaults.store, userIdPattern, dangerouslyAllowHttp, tokenValiditySeconds } = settings;
  if (storeSetting === 'memory') {
    const message = `${placesOf('store')} is memory, which ends with this command. Set it to the store of the server.`;
    throw new CliError(message, { code: 'USAGE' });
  }
  const toUser = userMapping(userIdKey);
  if (mustExist) refuseMissingFile(storeSetting);
  const opened = await openStoreUnlessStopped(stop, storeSetting, encryptionKeys, () => {});
  if (!opened) return undefined;
  const { store, description } = opened;
  const client = createNexconnClient({
    ...{ ...app, ...endpoint, userIdPattern, dangerouslyAllowHttp, proxy: 'environment', timeoutMs },
    ...{
      deadlineMs: longestWaitMs,
      rateLimit: { perSecond, store: rateStore ?? opened.rateStore, maxQueueMs: longestWaitMs },
    },
  });
  const { changedUsers, changeCoolDownMs, unreadableTokens } = { ...defaults, ...settings };
  const tokens = createTokenService({
    ...{ client, store, tokenValiditySeconds, changedUsers, changeCoolDownMs, unreadableTokens, onEvent },
    callTimeoutMs: longestWaitMs,
  });
  return {
    tokens,
    toUser,
    async count() {
      const { all } = await client.appSecrets.ids();
      return (store.forApp?.(app.appKey) ?? store).count(all.at(-1) ?? '');
    },
    description,
    async [Symbol.asyncDispose]() {
      const closing = async (): Promise<void> => {
        await tokens.idle();
        await client.close();
        await opened.close();
      };
      await withTimeout(closing(), closeTimeoutMs, 'The store is still closing.').catch(() => {});
    },
  };
}

/**
 * Returns what makes a user of an app the one whom the server knows once they log in, by its settings.
 *
 * @throws {CliError} USAGE
 */
export function readUserMapping(command: Command, { env }: Pick<CliContext, 'env'>): OpenTokens['toUser'] {
  return userMapping(readSecret('userIdKey', readServeSettings(command, env), env));
}

function userMapping(key: string | undefined): (user: TokenUser) => TokenUser {
  if (key === undefined) return fitUser;
  try {
    opaqueUserId('probe', key);
  } catch (cause) {
    throw new CliError(`${variableOf('userIdKey')}: ${(cause as Error).message}`, { code: 'USAGE', cause });
  }
  return (user) => fitUser({ ...user, userId: opaqueUserId(user.userId, key) });
}
