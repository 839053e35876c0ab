import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import type { D1Like, D1StatementLike } from '@nexconn-kit/token-service/d1';
import { npmCi } from '../../support/npm-ci.js';

/** A D1 database in workerd, which a worker asks. */
export interface D1Database extends AsyncDisposable {
  readonly database: D1Like;
  readonly run: (sql: string) => Promise<readonly unknown[]>;
}

interface Miniflare {
  dispatchFetch(url: string, init: object): Promise<Response>;
  dispose(): Promise<void>;
}

type Results = readonly { readonly results: readonly unknown[] }[];

/** Where the simulator stands, on which no workspace depends. */
export const installedFolder: string = resolve(import.meta.dirname, '../installed');

/** Does with its database what it is sent: a statement by itself, or several as a batch. */
const script = `export default {
  async fetch(request, { DB }) {
    try {
      const statements = (await request.json()).map(([sql, ...values]) => DB.prepare(sql).bind(...values));
      const answers = statements.length === 1 ? [await statements[0].all()] : await DB.batch(statements);
      return Response.json({ answers });
    } catch ({ message }) {
      return Response.json({ message });
    }
  },
};`;

interface Statement extends D1StatementLike {
  readonly call: readonly unknown[];
}

/** Starts Cloudflare's own simulator, which is installed where it is not there yet. */
export async function startD1(): Promise<D1Database> {
  const failure = npmCi(installedFolder);
  if (failure) throw new Error(failure);
  const { Miniflare } = createRequire(join(installedFolder, 'package.json'))('miniflare') as {
    Miniflare: new (options: object) => Miniflare;
  };
  const server = new Miniflare({ modules: true, script, compatibilityDate: '2025-12-01', d1Databases: ['DB'] });

  async function ask(calls: readonly (readonly unknown[])[]): Promise<Results> {
    const response = await server.dispatchFetch('http://d1.test/', { method: 'POST', body: JSON.stringify(calls) });
    const { answers, message } = (await response.json()) as { answers?: Results; message?: string };
    if (!answers) throw new Error(message);
    return answers;
  }

  function prepare(sql: string, ...values: unknown[]): Statement {
    const call = [sql, ...values];
    return {
      call,
      bind: (...bound) => prepare(sql, ...bound),
      all: async () => (await ask([call]))[0] ?? { results: [] },
    };
  }

  const database = {
    prepare,
    batch: (statements: D1StatementLike[]) => ask(statements.map((statement) => (statement as Statement).call)),
  };
  return {
    database,
    run: async (sql) => (await prepare(sql).all()).results,
    [Symbol.asyncDispose]: () => server.dispose(),
  };
}
