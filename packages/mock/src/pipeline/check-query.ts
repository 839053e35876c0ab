import type { Api } from '../document/api.js';
import { createResolver } from '../document/lookup.js';
import { findWhole, readWholeQuery } from '../forms/read-whole-query.js';
import { issuesError } from '../http/api-error.js';
import type { MockRequest, Route } from '../http/types.js';

/** Returns the request with what is known of its query, where one parameter is all of it. */
type CheckQuery = (route: Route, request: MockRequest) => MockRequest;

/**
 * Creates the step that validates queries that are described as a whole (`in: querystring`), which Prism does not know; undefined where the document has none. What is
 * wrong with that of a plain API is left to Prism to answer, as for any other parameter.
 */
export function createQueryCheck({
  document,
  isPlain,
  queryValidators,
}: Pick<Api, 'document' | 'isPlain' | 'queryValidators'>): CheckQuery | undefined {
  if (queryValidators === undefined) return undefined;
  const resolve = createResolver(document);
  return function checkQuery({ operation, definition }, request) {
    const validate = queryValidators[operation.operationId];
    const whole = validate && findWhole(resolve(resolve(document.paths)[operation.path]), definition, resolve);
    if (!whole) return request;
    const issues = validate(readWholeQuery(request.query, whole, resolve));
    if (issues.length > 0 && !isPlain) throw issuesError(issues);
    return { ...request, wholeQuery: { name: whole.name, issues } };
  };
}
