import type { Socket } from 'node:net';
import type { buildConnector, Dispatcher } from 'undici';
import type { Undici, WholeUndici } from './load-undici.js';
import { createProxyAgent } from './proxy-agent.js';
import { skipInformational } from './skip-informational.js';
import type { ProxyPlan } from './transport.js';

/** The provider asks for fewer than 80 requests over one connection, and for less than 55 s of idling. */
const requestsPerConnection = 79;
const idleMs = 50_000;

/** Enough for 200 calls a second that take a third of a second each; further ones wait for a connection. */
const connectionsPerHost = 64;

/** One connection to a host, which carries one request at a time; undici opens it anew where it was closed. */
export interface Connection {
  readonly client: Dispatcher;
  /** The socket that it has, or had last; also while it is being opened, TLS included. Over a proxy it is that to the proxy. */
  socket: Socket | undefined;
  /** How many requests have been sent over that socket. */
  requests: number;
  /** Whether the answer to the last of them has not begun. */
  isAsked: boolean;
  /** The origin of a proxy that is being asked for a tunnel. */
  asksProxy: string | undefined;
}

/** The connections to one host. */
export interface HostConnections {
  /** Returns one that is free; undefined where all are in use. */
  readonly take: (isNew: boolean) => Connection | undefined;
  /** Releases one. */
  readonly release: (connection: Connection) => void;
  /** Ends one at once, also while it is being opened. */
  readonly destroy: (connection: Connection, reason: Error) => void;
  /** Ends all of them, each with its request. */
  readonly close: () => Promise<void>;
}

/** What the connections to a host depend on. */
export interface HostConnectionsOptions {
  /** Whether each request gets a connection of its own: undici uses one again by a timer, which fake timers keep from coming. */
  readonly isOnce: boolean;
  /** Undefined where no proxy is to be asked. */
  readonly proxy: ProxyPlan | undefined;
}

/**
 * Creates the connections to a host.
 *
 * Each is a client of undici rather than all of them a pool: a pool keeps a request that was cancelled while its connection
 * is being opened, and the socket with it.
 */
export function createHostConnections(
  origin: string,
  undici: Undici,
  { isOnce, proxy }: HostConnectionsOptions,
): HostConnections {
  const all = new Set<Connection>();
  // The one that was used last comes first, so that few stay open.
  const free: Connection[] = [];
  // One for all, since it keeps the sessions of TLS. It returns the socket, which its type leaves out.
  const connect = undici.buildConnector({}) as unknown as (...given: Parameters<buildConnector.connector>) => Socket;

  function open(): Connection {
    const onOpen = (socket: Socket): void => skipInformational(socket, () => connection.isAsked);
    const connectAnew: buildConnector.connector = (to, callback) => {
      connection.requests = 0;
      connection.socket = connect(to, callback);
      // That to a proxy carries more than answers.
      if (!proxy) onOpen(connection.socket);
    };
    const onAsk = (asked: string | undefined): void => {
      connection.asksProxy = asked;
    };
    const options = {
      keepAliveTimeout: idleMs,
      keepAliveMaxTimeout: idleMs,
      ...(isOnce && { pipelining: 0 }),
      // Each attempt has a timeout of its own.
      headersTimeout: 0,
      bodyTimeout: 0,
    };
    // It is loaded whole where there is a proxy.
    const client = proxy
      ? createProxyAgent(undici as WholeUndici, {
          ...options,
          proxy,
          connections: 1,
          connect: connectAnew,
          onOpen,
          onAsk,
        })
      : new undici.Client(origin, { ...options, connect: connectAnew });
    const connection: Connection = { client, socket: undefined, requests: 0, isAsked: false, asksProxy: undefined };
    all.add(connection);
    return connection;
  }

  function destroy(connection: Connection, reason: Error): void {
    if (!all.delete(connection)) return;
    void connection.client.destroy(reason);
    connection.socket?.destroy(reason);
  }

  return {
    take(isNew) {
      const last = free.pop();
      if (last && isNew) destroy(last, new Error('A new connection takes its place.'));
      else if (last) return last;
      return all.size < connectionsPerHost ? open() : undefined;
    },
    release(connection) {
      const isSpent = connection.requests >= requestsPerConnection;
      // Not by undici, which closes with an error: the text of its stack costs as much as a new socket.
      if (isSpent) connection.socket?.destroy();
      if (!all.has(connection)) return;
      // Those that are open go first: a request need not wait for a new socket then.
      if (isSpent) free.unshift(connection);
      else free.push(connection);
    },
    destroy,
    async close() {
      await Promise.all([...all].map(({ client }) => client.close()));
    },
  };
}
