import type { Operation } from '@nexconn-kit/contract';
import type { Api } from '../document/api.js';
import { asObject, createResolver, definitionOf, type JsonObject, type Resolve } from '../document/lookup.js';
import { ApiError } from '../http/api-error.js';
import { escapePattern } from '../http/escape-pattern.js';
import { canonicalPath, canonicalTemplate, shorten } from '../http/read-request.js';
import type { MockRequest, Route } from '../http/types.js';

/** The operations on all paths of one shape, whatever their parameters are called. */
interface Endpoint {
  readonly pattern: RegExp;
  readonly operations: EndpointOperation[];
  /** By method; those of a path with parameters are not kept. */
  readonly routes: Map<string, Route>;
}

interface EndpointOperation {
  readonly operation: Operation;
  readonly parameterNames: readonly string[];
}

/** Creates the step that finds the operation by path, then by method. */
export function createRouter({ document, operations }: Api): (request: Pick<MockRequest, 'method' | 'path'>) => Route {
  const resolve = createResolver(document);
  const endpoints = groupByPath(Object.values(operations));
  const templated = [...endpoints].filter(([path]) => path.includes('{'));
  const findTemplated = createTemplateIndex(templated, ({ pattern }, path) => pattern.test(path));
  const basePaths = findBasePaths(document, resolve);

  function routeOf(endpoint: Endpoint, method: string, path: string): Route {
    const found = endpoint.operations.find(({ operation }) => operation.method === method);
    if (!found) throw refuseMethod(method, endpoint.operations);
    const { operation, parameterNames } = found;
    const pathParameters = readPathParameters(endpoint, parameterNames, path);
    const route = { operation, definition: definitionOf(document, operation, resolve), pathParameters };
    if (parameterNames.length === 0) endpoint.routes.set(method, route);
    return route;
  }

  /** OpenAPI prefers a path without parameters to one with; of those that match, one with the method is taken. */
  function findEndpoint(path: string, method: string): Endpoint | undefined {
    const literal = endpoints.get(path);
    if (literal && hasMethod(literal, method)) return literal;
    return findTemplated(path, (endpoint) => hasMethod(endpoint, method)) ?? literal ?? findTemplated(path);
  }

  return function findRoute({ method, path: asked }) {
    const path = canonicalPath(asked);
    const endpoint = findEndpoint(path, method);
    if (endpoint) return endpoint.routes.get(method) ?? routeOf(endpoint, method, path);
    for (const base of basePaths) {
      const rest = path.startsWith(`${base}/`) ? path.slice(base.length) : undefined;
      const below = rest === undefined ? undefined : findEndpoint(rest, method);
      if (below && rest !== undefined) return { ...routeOf(below, method, rest), pathBelowServer: rest };
    }
    throw new ApiError('EndpointNotFound', `There is no endpoint ${shorten(asked)}.`);
  };
}

function hasMethod({ operations }: Endpoint, method: string): boolean {
  return operations.some(({ operation }) => operation.method === method);
}

/** Returns the paths of the document's servers, which a request may have before its own, the longest first. */
function findBasePaths(document: JsonObject, resolve: Resolve): string[] {
  const items = Object.values(asObject(document.paths)).map(resolve);
  const lists = [document.servers, ...items.map(({ servers }) => servers)].flatMap((list) =>
    Array.isArray(list) ? list : [],
  );
  const paths = lists.map((server) => {
    const { url, variables } = asObject(server);
    const filled = `${url}`.replace(/\{([^}]+)\}/g, (_, name) => `${asObject(asObject(variables)[name]).default}`);
    return canonicalPath(
      filled
        .replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/i, '')
        .replace(/[?#].*$/, '')
        .replace(/\/+$/, ''),
    );
  });
  return [...new Set(paths)].filter((path) => path.startsWith('/')).sort((one, other) => other.length - one.length);
}

function groupByPath(operations: readonly Operation[]): Map<string, Endpoint> {
  const endpoints = new Map<string, Endpoint>();
  for (const operation of operations) {
    const path = canonicalTemplate(operation.path);
    const shape = path.replace(/\{[^}]+\}/g, '{}');
    const endpoint = endpoints.get(shape) ?? toEndpoint(shape);
    endpoint.operations.push({ operation, parameterNames: path.split(/\{([^}]+)\}/).filter((_, index) => index % 2) });
    endpoints.set(shape, endpoint);
  }
  return endpoints;
}

function toEndpoint(shape: string): Endpoint {
  const source = shape.split('{}').map(escapePattern).join('([^/]+)');
  return { pattern: new RegExp(`^${source}$`), operations: [], routes: new Map() };
}

function readPathParameters({ pattern }: Endpoint, names: readonly string[], path: string): Record<string, string> {
  const values = pattern.exec(path)?.slice(1) ?? [];
  return Object.fromEntries(names.map((name, index) => [name, decodePart(values[index] ?? '')]));
}

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new ApiError('ParameterInvalid', 'The path has a % that is not part of a UTF-8 percent-encoding.');
  }
}

function refuseMethod(method: string, operations: readonly EndpointOperation[]): ApiError {
  const allowed = operations.map(({ operation }) => operation.method).join(', ');
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
): (path: string, isWanted?: (value: T) => boolean) => T | undefined {
  const root = createBranch<T>();
  for (const [path, value] of templates) {
    let branch = root;
    for (const segment of path.split('/')) branch = branchBelow(branch, segment);
    branch.ends.push(value);
  }

  function find(
    branch: Branch<T>,
    segments: readonly string[],
    depth: number,
    isFound: (value: T) => boolean,
  ): T | undefined {
    const segment = segments[depth];
    if (segment === undefined) return branch.ends.find(isFound);
    const literal = branch.literal.get(segment);
    return (
      (literal && find(literal, segments, depth + 1, isFound)) ??
      (branch.templated && find(branch.templated, segments, depth + 1, isFound))
    );
  }

  return (path, isWanted = () => true) => {
    return find(root, path.split('/'), 0, (value) => isWanted(value) && matches(value, path));
  };
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
