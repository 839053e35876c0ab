import type { RedisCommand } from '@nexconn-kit/client/redis';
import { clearTimeout, performanceNow, setTimeout } from '../system-time.js';
import { withTimeout } from '../with-timeout.js';
import { importInstalled, missingPackage } from './import-installed.js';

/** A connection to Redis that is made anew where it is lost, does not answer, or leads to a replica. */
export interface RedisConnection {
  readonly send: RedisCommand;
  /** Rejects where the first attempt fails. */
  readonly connect: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** How long each step may take, in milliseconds. */
export interface RedisTimeouts {
  readonly connectMs: number;
  readonly callMs: number;
}

/** One connection of a package, which is not to connect again by itself. */
interface Client {
  readonly send: RedisCommand;
  readonly connect: () => Promise<unknown>;
  /** Ends it once what was sent is answered. */
  readonly close: () => Promise<unknown>;
  /** Ends it at once. */
  readonly destroy: () => void;
}

type CreateClient = (onLost: (error: unknown) => void) => Client;

interface NodeRedis {
  readonly createClient: (options: {
    url: string;
    disableOfflineQueue: true;
    socket: { connectTimeout: number; reconnectStrategy: false };
    commandOptions: { timeout: 0 };
  }) => {
    on(event: 'error', listener: (error: unknown) => void): unknown;
    connect(): Promise<unknown>;
    sendCommand(args: string[]): Promise<unknown>;
    close(): Promise<unknown>;
    destroy(): void;
  };
}

interface IoRedis {
  readonly Redis: new (
    url: string,
    options: {
      enableOfflineQueue: false;
      lazyConnect: true;
      connectTimeout: number;
      retryStrategy: () => null;
      autoResendUnfulfilledCommands: false;
    },
  ) => {
    on(event: 'error' | 'end', listener: (error?: unknown) => void): unknown;
    connect(): Promise<unknown>;
    call(command: string, ...args: string[]): Promise<unknown>;
    disconnect(): void;
    quit(): Promise<unknown>;
  };
}

/** How long at least from one attempt to connect to the next. */
const reconnectMs = { min: 500, max: 1_000 };

/**
 * Creates the connection, by the package `redis` or `ioredis`.
 *
 * @throws {CliError} PACKAGE_MISSING
 */
export async function createRedisConnection(
  url: string,
  timeouts: RedisTimeouts,
  onTrouble: (error: unknown) => void,
): Promise<RedisConnection> {
  const redis = (await importInstalled('redis')) as NodeRedis | undefined;
  if (redis) return connectAnew(byNodeRedis(redis, url, timeouts), timeouts, onTrouble);
  const ioredis = (await importInstalled('ioredis')) as IoRedis | undefined;
  if (ioredis) return connectAnew(byIoRedis(ioredis, url, timeouts), timeouts, onTrouble);
  throw missingPackage('A Redis store needs the package redis (or ioredis).', 'npm install redis');
}

// Without a queue a command fails at once while Redis is away, instead of waiting for it.

function byNodeRedis({ createClient }: NodeRedis, url: string, { connectMs }: RedisTimeouts): CreateClient {
  const socket = { connectTimeout: connectMs, reconnectStrategy: false } as const;
  // Each command has a time-out below. That of the package, a signal for each, took a tenth of what a busy server does.
  const options = { url, disableOfflineQueue: true, socket, commandOptions: { timeout: 0 } } as const;
  return (onLost) => {
    const client = createClient(options);
    client.on('error', onLost);
    return {
      send: (args) => client.sendCommand([...args]),
      connect: () => client.connect(),
      close: () => client.close(),
      destroy: () => client.destroy(),
    };
  };
}

function byIoRedis({ Redis }: IoRedis, url: string, { connectMs }: RedisTimeouts): CreateClient {
  return (onLost) => {
    const client = new Redis(url, {
      ...{ enableOfflineQueue: false, lazyConnect: true, connectTimeout: connectMs },
      ...{ retryStrategy: () => null, autoResendUnfulfilledCommands: false },
    });
    client.on('error', onLost);
    client.on('end', () => onLost(lostError('Redis ended the connection.')));
    return {
      send: ([command = '', ...args]) => client.call(command, ...args),
      connect: () => client.connect(),
      close: () => client.quit(),
      destroy: () => client.disconnect(),
    };
  };
}

function connectAnew(
  createClient: CreateClient,
  { connectMs, callMs }: RedisTimeouts,
  onTrouble: (error: unknown) => void,
): RedisConnection {
  let current: Client | undefined;
  let connecting: Promise<void> | undefined;
  let lastError: unknown = lostError('Redis is not connected.');
  let startedAt = Number.NEGATIVE_INFINITY;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isClosed = false;

  function lose(client: Client, error: unknown): void {
    quietly(client.destroy);
    if (current !== client) return;
    current = undefined;
    lastError = error;
    onTrouble(error);
    connectSoon();
  }

  async function open(): Promise<void> {
    startedAt = performanceNow();
    const client = createClient((error) => lose(client, error));
    try {
      await withTimeout(client.connect(), connectMs, 'Redis did not take the connection in time.');
      if (isClosed) throw lostError('It was closed meanwhile.');
      if (current) quietly(current.close);
      current = client;
    } catch (error) {
      quietly(client.destroy);
      lastError = error;
      throw error;
    }
  }

  function connect(): Promise<void> {
    connecting ??= open().finally(() => {
      connecting = undefined;
    });
    return connecting;
  }

  function connectSoon(): void {
    if (isClosed || timer !== undefined) return;
    const waitMs = reconnectMs.min + Math.random() * (reconnectMs.max - reconnectMs.min);
    const reconnect = (): void => {
      timer = undefined;
      connect().catch((error) => {
        if (isClosed) return;
        onTrouble(error);
        connectSoon();
      });
    };
    timer = setTimeout(reconnect, Math.max(0, startedAt + waitMs - performanceNow()));
  }

  async function send(command: readonly string[]): Promise<unknown> {
    const client = current;
    if (!client) throw lastError;
    try {
      return await withTimeout(client.send(command), callMs, 'Redis did not answer in time.');
    } catch (error) {
      const { code, message = '' } = error as { readonly code?: unknown; readonly message?: string };
      if (code === 'TIMED_OUT') lose(client, error);
      // What it has can be read until there is another.
      else if (/(^|\s-)(READONLY|MASTERDOWN)\b/.test(message) && current === client) connectSoon();
      throw error;
    }
  }

  return {
    send,
    connect,
    async close() {
      isClosed = true;
      clearTimeout(timer);
      const client = current;
      current = undefined;
      await client?.close();
    },
  };
}

function lostError(message: string): Error {
  return Object.assign(new Error(message), { code: 'CONNECTION_LOST' });
}

function quietly(work: () => unknown): void {
  Promise.resolve()
    .then(work)
    .catch(() => {});
}
