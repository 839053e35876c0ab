import type { Operation } from '@nexconn-kit/contract';
import { createResolver } from '../document/lookup.js';
import { ApiRefusal } from '../http/api-error.js';
import { shorten } from '../http/shorten.js';
import type { Api, JsonObject, MockRequest, Route } from '../http/types.js';
import { createTemplateIndex } from './template-index.js';

/** A path of the document and the operations on it. */
interface Endpoint {
  readonly pattern: RegExp;
  readonly parameterNames: readonly string[];
  readonly operations: Operation[];
  /** By method; of a path with parameters they are made for each request. */
  readonly routes: Map<string, Route>;
}

/** Makes the step that finds the operation by path, then by method. */
export function createRouter({ document, operations }: Api): (request: Pick<MockRequest, 'method' | 'path'>) => Route {
  const resolve = createResolver(document);
  const endpoints = groupByPath(Object.values(operations));
  const templated = [...endpoints].filter(([, { parameterNames }]) => parameterNames.length > 0);
  const findTemplated = createTemplateIndex(templated, ({ pattern }, path) => pattern.test(path));

  function definitionOf({ path, method }: Operation): JsonObject {
    const pathItem = resolve(resolve(document.paths)[path]);
    return resolve(pathItem[method.toLowerCase()]);
  }

  function routeOf(endpoint: Endpoint, method: string, path: string): Route {
    const operation = endpoint.operations.find((candidate) => candidate.method === method);
    if (!operation) throw refuseMethod(method, endpoint.operations);
    const pathParameters = readPathParameters(endpoint, path);
    const route = { operation, definition: definitionOf(operation), pathParameters };
    if (endpoint.parameterNames.length === 0) endpoint.routes.set(method, route);
    return route;
  }

  return function findRoute({ method, path }) {
    // A path without parameters wins over one with, as OpenAPI has it; a look-up finds it however many there are.
    const endpoint = endpoints.get(path) ?? findTemplated(path);
    if (!endpoint) throw new ApiRefusal('EndpointNotFound', `There is no endpoint ${shorten(path)}.`);
    return endpoint.routes.get(method) ?? routeOf(endpoint, method, path);
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
    routes: new Map(),
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
