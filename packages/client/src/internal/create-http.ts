import type { paths } from '@nexconn-kit/contract';
import type { Client } from 'openapi-fetch';
import type { Exchange, Init } from './create-exchange.js';

const methods = ['GET', 'PUT', 'POST', 'DELETE', 'OPTIONS', 'HEAD', 'PATCH', 'TRACE'] as const;

/** Gives every call of an `openapi-fetch` client as an exchange that comes back as `data` or `error`. */
export function createHttp({ use, eject }: Client<paths>, exchange: Exchange): Client<paths> {
  async function request(method: string, path: string, init?: Init): Promise<object> {
    const { answer, data, error, response } = await exchange(method, path, init);
    return answer.isRefusal ? { error: data ?? error, response } : { data, response };
  }
  const calls = methods.map((method) => [method, (path: string, init?: Init) => request(method, path, init)]);
  return { ...Object.fromEntries(calls), request, use, eject };
}
