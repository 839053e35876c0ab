import type { IHttpRequest } from '@stoplight/prism-http';
import type { IHttpOperation } from '@stoplight/types';

/**
 * Prism looks parameters up in plain objects, which have `constructor`, `toString` and `__proto__` without being given them:
 * an absent parameter of such a name would be a function, and a path template with one no expression at all. So Prism gets
 * these parameters by other names.
 */
export interface RenamedParameters {
  readonly operation: IHttpOperation;
  /** Returns the request with the names that Prism knows. */
  readonly toPrism: (request: IHttpRequest) => IHttpRequest;
  /** Returns what Prism finds wrong with the names of the document. */
  readonly fromPrism: <Findings>(findings: Findings) => Findings;
}

const suffix = '_of_the_document';

/** Returns the operation with its parameters renamed where objects inherit their names; most operations as they are. */
export function renameInherited(operation: IHttpOperation): RenamedParameters {
  const { path = [], query = [], headers = [], cookie = [] } = operation.request ?? {};
  if (![...path, ...query, ...headers, ...cookie].some(({ name }) => isInherited(name))) {
    return { operation, toPrism: (request) => request, fromPrism: (findings) => findings };
  }
  const rename = (name: string) => (isInherited(name) ? name + suffix : name);
  const renameAll = <Parameter extends { readonly name: string }>(parameters: readonly Parameter[]) =>
    parameters.map((parameter) => ({ ...parameter, name: rename(parameter.name) }));
  return {
    operation: {
      ...operation,
      path: operation.path.replace(/\{([^{}]+)\}/g, (_, name: string) => `{${rename(name)}}`),
      request: {
        ...operation.request,
        path: renameAll(path),
        query: renameAll(query),
        headers: renameAll(headers),
        cookie: renameAll(cookie),
      },
    },
    toPrism: ({ url, headers: sent = {}, ...others }) => ({
      ...others,
      url: { ...url, query: renameKeys(url.query ?? {}, rename) },
      headers: renameKeys(sent, rename),
    }),
    fromPrism: (findings) => JSON.parse(JSON.stringify(findings).replaceAll(suffix, '')),
  };
}

/** Names of headers, and Prism's own names, are in lower case. */
const inherited = new Set(Object.getOwnPropertyNames(Object.prototype).map((name) => name.toLowerCase()));

function isInherited(name: string): boolean {
  return inherited.has(name.toLowerCase());
}

function renameKeys<Value>(
  record: Readonly<Record<string, Value>>,
  rename: (name: string) => string,
): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [rename(name), value]));
}
