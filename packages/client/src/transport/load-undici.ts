/// <reference path="./undici-files.d.ts" />

/** The whole of undici, which connections over a proxy need. */
export type WholeUndici = typeof import('undici');

/** What connections to a host are made of. */
export type Undici = Pick<WholeUndici, 'Client' | 'buildConnector'>;

/**
 * Loads the two files of undici that open connections. Its index loads its `fetch`, its caches and its mocks as well, and Node's
 * own `fetch` with them: that is two thirds of the time, and a client needs none of it.
 */
export async function loadUndici(): Promise<Undici> {
  const [{ default: Client }, { default: buildConnector }] = await Promise.all([
    import('undici/lib/dispatcher/client.js'),
    import('undici/lib/core/connect.js'),
  ]);
  return { Client, buildConnector };
}
