import type { IHttpOperation } from '@stoplight/types';

/** Returns the operations of an OpenAPI document, their references to components as they are. */
export function transformOas3Operations(document: object): IHttpOperation[];

/** Returns a schema of OpenAPI as one that Prism validates by. */
export function convertToJsonSchema(document: object, schema: object): object;
