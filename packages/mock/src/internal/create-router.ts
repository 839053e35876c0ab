import type { Operation } from '@nexconn-kit/contract';
import { ApiRefusal } from './api-refusal.js';
import { createResolver } from './create-resolver.js';
import { shorten } from './shorten.js';
import type { Api, MockRequest, Route } from './types.js';

/** A path of the document and the operations on it. */
interface Endpoint {
  readonly pattern: RegExp;
  readonly parameterNames: readonly string[];
  readonly operations: Operation[];
}

/** Makes the step that finds the operation by path, then by method. */
export function createRouter({ document, operations }: Api): (request: MockRequest) => Route {
  const resolve = createResolver(document);
  const endpoints = groupByPath(Object.values(operations));
  const templated = [...endpoints.values()].filter(({ parameterNames }) => parameterNames.length > 0);

  return function findRoute({ method, path }) {
    // A path without parameters wins over one with, as OpenAPI has it; a look-up finds it however many there are.
    const endpoint = endpoints.get(path) ?? templated.find(({ pattern }) => pattern.test(path));
    if (!endpoint) throw new ApiRefusal('EndpointNotFound', `There is no endpoint ${shorten(path)}.`);
    const operation = endpoint.operations.find((candidate) => candidate.method === method);
    if (!operation) throw refuseMethod(method, endpoint.operations);
    const pathItem = resolve(resolve(document.paths)[operation.path]);
    return {
      operation,
      definition: resolve(pathItem[operation.method.toLowerCase()]),
      pathParameters: readPathParameters(endpoint, path),
    };
  };
}

function groupByPath(operations: readonly Operation[]): Map<string, Endpoint> {
  const endpoints = new Map<string, Endpoint>();
  for (const operation of operations) {
    const endpoint = endpoints.get(operation.path) ?? toEndpoint(operation.path);
    endpoint.operations.push(operation);
    endpoints.set(operation.path, endpoint);
  }
  return endpoints;
}

function toEndpoint(path: string): Endpoint {
  const parts = path.split(/\{([^}]+)\}/);
  const source = parts
    .map((part, index) => (index % 2 ? '([^/]+)' : part.replace(/[.*+?^$()|[\]\\]/g, '\\$&')))
    .join('');
  return {
    pattern: new RegExp(`^${source}$`),
    parameterNames: parts.filter((_, index) => index % 2),
    operations: [],
  };
}

function readPathParameters({ pattern, parameterNames }: Endpoint, path: string): Record<string, string> {
  const values = pattern.exec(path)?.slice(1) ?? [];
  return Object.fromEntries(parameterNames.map((name, index) => [name, decodePart(values[index] ?? '')]));
}

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new ApiRefusal('ParameterInvalid', 'The path has a % that is not part of a UTF-8 percent-encoding.');
  }
}

function refuseMethod(method: string, operations: readonly Operation[]): ApiRefusal {
  const allowed = operations.map((operation) => operation.method).join(', ');
  const message = `The method ${shorten(method)} is not allowed here; use ${allowed}.`;
  return new ApiRefusal('CallRestricted', message, { status: 405, headers: { Allow: allowed } });
}
