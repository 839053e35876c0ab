import type { paths } from '@nexconn-kit/contract';
import type { Client, Middleware } from 'openapi-fetch';
import type { Exchange, Init } from './create-exchange.js';

const methods = ['GET', 'PUT', 'POST', 'DELETE', 'OPTIONS', 'HEAD', 'PATCH', 'TRACE'] as const;

/** An `openapi-fetch` client, and whether anything stands between it and the pipeline. */
export interface Http {
  readonly client: Client<paths>;
  readonly hasMiddleware: () => boolean;
}

/** Gives every call of an `openapi-fetch` client as an exchange that comes back as `data` or `error`. */
export function createHttp({ use, eject }: Client<paths>, exchange: Exchange): Http {
  const middlewares = new Set<Middleware>();
  async function request(method: string, path: string, init?: Init): Promise<object> {
    const { answer, data, error, response } = await exchange(method, path, init);
    return answer.isRefusal ? { error: data ?? error, response } : { data, response };
  }
  const calls = methods.map((method) => [method, (path: string, init?: Init) => request(method, path, init)]);
  return {
    client: {
      ...Object.fromEntries(calls),
      request,
      use(...added) {
        use(...added);
        for (const middleware of added) middlewares.add(middleware);
      },
      eject(...removed) {
        eject(...removed);
        for (const middleware of removed) middlewares.delete(middleware);
      },
    },
    hasMiddleware: () => middlewares.size > 0,
  };
}
