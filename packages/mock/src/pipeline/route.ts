import type { Operation } from '@nexconn-kit/contract';
import type { Api } from '../document/api.js';
import type { JsonObject } from '../document/lookup.js';
import { createResolver } from '../document/lookup.js';
import { ApiError } from '../http/api-error.js';
import { canonicalPath, canonicalTemplate, shorten } from '../http/read-request.js';
import type { MockRequest, Route } from '../http/types.js';

/** A path of the document and the operations on it. */
interface Endpoint {
  readonly pattern: RegExp;
  readonly parameterNames: readonly string[];
  readonly operations: Operation[];
  /** By method; those of a path with parameters are not kept. */
  readonly routes: Map<string, Route>;
}

/** Creates the step that finds the operation by path, then by method. */
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

  return function findRoute({ method, path: asked }) {
    const path = canonicalPath(asked);
    // OpenAPI prefers a path without parameters to one with.
    const endpoint = endpoints.get(path) ?? findTemplated(path);
    if (!endpoint) throw new ApiError('EndpointNotFound', `There is no endpoint ${shorten(asked)}.`);
    return endpoint.routes.get(method) ?? routeOf(endpoint, method, path);
  };
}

function groupByPath(operations: readonly Operation[]): Map<string, Endpoint> {
  const endpoints = new Map<string, Endpoint>();
  for (const operation of operations) {
    const path = canonicalTemplate(operation.path);
    const endpoint = endpoints.get(path) ?? toEndpoint(path);
    endpoint.operations.push(operation);
    endpoints.set(path, endpoint);
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
    throw new ApiError('ParameterInvalid', 'The path has a % that is not part of a UTF-8 percent-encoding.');
  }
}

function refuseMethod(method: string, operations: readonly Operation[]): ApiError {
  const allowed = operations.map((operation) => operation.method).join(', ');
  const message = `The method ${shorten(method)} is not allowed here; use ${allowed}.`;
  return new ApiError('CallRestricted', message, { status: 405, headers: { Allow: allowed } });
}

/** The paths below one segment. */
interface Branch<T> {
  /** By the next segment. */
  readonly literal: Map<string, Branch<T>>;
  /** Where the next segment has a parameter in it. */
  templated: Branch<T> | undefined;
  /** What ends here, the first of the document first. */
  readonly ends: T[];
}

/**
 * Returns a function that finds the template of a path, segment by segment, so that a document of 500 paths costs no more
 * than one of 5. A literal segment wins over a parameter.
 */
export function createTemplateIndex<T>(
  templates: readonly (readonly [path: string, value: T])[],
  matches: (value: T, path: string) => boolean,
): (path: string) => T | undefined {
  const root = createBranch<T>();
  for (const [path, value] of templates) {
    let branch = root;
    for (const segment of path.split('/')) branch = branchBelow(branch, segment);
    branch.ends.push(value);
  }

  function find(branch: Branch<T>, segments: readonly string[], depth: number, path: string): T | undefined {
    const segment = segments[depth];
    if (segment === undefined) return branch.ends.find((value) => matches(value, path));
    const literal = branch.literal.get(segment);
    return (
      (literal && find(literal, segments, depth + 1, path)) ??
      (branch.templated && find(branch.templated, segments, depth + 1, path))
    );
  }

  return (path) => find(root, path.split('/'), 0, path);
}

function createBranch<T>(): Branch<T> {
  return { literal: new Map(), templated: undefined, ends: [] };
}

function branchBelow<T>(branch: Branch<T>, segment: string): Branch<T> {
  if (segment.includes('{')) {
    branch.templated ??= createBranch();
    return branch.templated;
  }
  const known = branch.literal.get(segment);
  if (known) return known;
  const made = createBranch<T>();
  branch.literal.set(segment, made);
  return made;
}
