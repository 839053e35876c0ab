import { createLogger } from '@stoplight/prism-core';
import { createInstance, getHttpOperationsFromSpec } from '@stoplight/prism-http';
import type { HttpMethod, IHttpOperation } from '@stoplight/types';
import type { DrawnCall } from './draw-call.js';
import type { RawDocument, RawOperation } from './raw-document.js';

/** Stock Prism, as its own command is set up; it reads a document as written, an operation when it is first asked for. */
export interface AskedPrism {
  /** Returns the status that it answers a call with. */
  readonly ask: (call: DrawnCall) => Promise<number>;
  /** Whether it has read an operation, which takes seconds where schemas contain each other. */
  readonly hasRead: (operation: RawOperation) => boolean;
}

export function createAskedPrism(document: RawDocument): AskedPrism {
  const read = new Map<RawOperation, IHttpOperation>();

  async function readOperation(operation: RawOperation): Promise<IHttpOperation> {
    const { method, path } = operation;
    const operations = await getHttpOperationsFromSpec(structuredClone(document.only(operation)));
    const resource = operations.find((each) => each.method.toUpperCase() === method && each.path === path);
    if (!resource) throw new Error(`Prism has no ${method} ${path}.`);
    for (const parameter of resource.request?.query ?? []) parameter.explode ??= true;
    read.set(operation, resource);
    return resource;
  }

  async function ask(call: DrawnCall): Promise<number> {
    const config = {
      ...{ isProxy: false as const, checkSecurity: true, validateRequest: true, validateResponse: true, errors: false },
      ...{ upstreamProxy: undefined, mock: { dynamic: false, ...preferenceOf(call) } },
    };
    const resource = read.get(call.operation) ?? (await readOperation(call.operation));
    const prism = createInstance(config, { logger: createLogger('documents', { enabled: false }) });
    const request = {
      method: call.operation.method.toLowerCase() as HttpMethod,
      url: { path: call.path, query: queryOf(call) },
      headers: { ...call.headers },
      body: bodyOf(call),
    };
    const outcome = await prism.request(request, [{ ...resource, callbacks: [] }], config)();
    if (outcome._tag === 'Right') return outcome.right.output.statusCode;
    return (outcome.left as { status?: number }).status ?? 500;
  }

  return { ask, hasRead: (operation) => read.has(operation) };
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
