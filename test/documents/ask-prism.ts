import { createLogger } from '@stoplight/prism-core';
import { createInstance, getHttpOperationsFromSpec } from '@stoplight/prism-http';
import type { HttpMethod } from '@stoplight/types';
import type { DrawnCall } from './draw-call.js';
import type { RawDocument } from './raw-document.js';

/** Returns the status that stock Prism answers a call with, as its own command is set up; it reads the document as written. */
export async function askPrism(document: RawDocument, call: DrawnCall): Promise<number> {
  const config = {
    ...{ isProxy: false as const, checkSecurity: true, validateRequest: true, validateResponse: true, errors: false },
    ...{ upstreamProxy: undefined, mock: { dynamic: false, ...preferenceOf(call) } },
  };
  const operations = await getHttpOperationsFromSpec(structuredClone(document.only(call.operation)));
  const { method, path } = call.operation;
  const resource = operations.find((each) => each.method.toUpperCase() === method && each.path === path);
  if (!resource) throw new Error(`Prism has no ${method} ${path}.`);
  for (const parameter of resource.request?.query ?? []) parameter.explode ??= true;
  const prism = createInstance(config, { logger: createLogger('documents', { enabled: false }) });
  const request = {
    method: method.toLowerCase() as HttpMethod,
    url: { path: call.path, query: queryOf(call) },
    headers: { ...call.headers },
    body: bodyOf(call),
  };
  const outcome = await prism.request(request, [{ ...resource, callbacks: [] }], config)();
  if (outcome._tag === 'Right') return outcome.right.output.statusCode;
  return (outcome.left as { status?: number }).status ?? 500;
}

function preferenceOf({ headers }: DrawnCall): { code?: number } {
  const code = /^code=(\d{3})$/.exec(headers.prefer ?? '')?.[1];
  return code === undefined ? {} : { code: Number(code) };
}

function queryOf({ query }: DrawnCall): Record<string, string | string[]> {
  const names = [...new Set(query.map(([name]) => name))];
  return Object.fromEntries(
    names.map((name) => {
      const values = query.filter(([each]) => each === name).map(([, value]) => value);
      return [name, values.length === 1 ? (values[0] ?? '') : values];
    }),
  );
}

function bodyOf({ headers, body }: DrawnCall): unknown {
  if (body === undefined) return null;
  return /^application\/(.+\+)?json\b/.test(headers['content-type'] ?? '') ? JSON.parse(body) : body;
}
