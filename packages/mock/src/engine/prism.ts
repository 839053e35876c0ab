import { bundleTarget } from '@stoplight/json';
import type { IHttpOperation } from '@stoplight/types';
import { convertToJsonSchema, transformOas3Operations } from './http-spec.js';

/** What is used of Prism. The build puts it into the package, so that its dependencies are none of ours. */
export { createLogger } from '@stoplight/prism-core';
export { createInstance } from '@stoplight/prism-http';

/**
 * Returns the operations of a document as Prism has them. Its own reader writes every reference out first, also those of schemas
 * that contain each other, which takes seconds for one operation.
 */
export function readOperations(document: Record<string, unknown>): IHttpOperation[] {
  const components = Object(document.components) as Record<string, unknown>;
  const schemas = Object.entries(Object(components.schemas) as Record<string, object>);
  const converted = schemas.map(([name, schema]) => [name, convertToJsonSchema(document, schema)]);
  const whole = { ...document, components: { ...components, schemas: Object.fromEntries(converted) } };
  return transformOas3Operations(whole).map((operation) => {
    return bundleTarget({ document: { ...whole, __target__: operation }, path: '#/__target__', cloneDocument: false });
  }) as IHttpOperation[];
}
