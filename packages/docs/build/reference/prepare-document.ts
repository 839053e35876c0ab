import type { RateLimit, ReadingDocument } from '../types.js';

/**
 * Returns a copy of the document that reads well as a page; `openapi.json` beside the page stays as it is.
 *
 * @param home the way from the page to the start of the site, such as `../`
 */
export function readingCopy(document: ReadingDocument, home: string): ReadingDocument {
  const copy = structuredClone(document);
  const operations = operationsOf(copy);
  if (countTags(operations) < 2) {
    // Redoc folds each tag away behind "+ Show": with a single tag that hides the whole reference.
    delete copy.tags;
    for (const operation of operations) delete operation.tags;
  }
  for (const operation of operations) {
    const rateLimit = operation['x-rate-limit'];
    if (isRateLimit(rateLimit)) operation['x-rate-limit'] = rateLimitInWords(rateLimit);
  }
  // The page is one of the site, and works offline.
  copy.externalDocs = {
    description: 'Guide: many users and a rotation of the App Secret',
    url: `${home}guides/many-users.html`,
  };
  return copy;
}

/** Returns a rate limit in words: `200 requests per second, per app key`. */
export function rateLimitInWords({ limit, windowSeconds, per }: RateLimit): string {
  const window = windowSeconds === 1 ? 'second' : `${windowSeconds} seconds`;
  return `${limit} requests per ${window}, per ${per.replaceAll('-', ' ')}`;
}

function operationsOf(document: ReadingDocument): Record<string, unknown>[] {
  const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];
  return Object.values(document.paths).flatMap((path) =>
    methods.map((method) => path[method]).filter((operation) => isObject(operation)),
  );
}

function countTags(operations: Record<string, unknown>[]): number {
  return new Set(operations.flatMap((operation) => (Array.isArray(operation.tags) ? operation.tags : []))).size;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isRateLimit(value: unknown): value is RateLimit {
  return (
    isObject(value) &&
    typeof value.limit === 'number' &&
    typeof value.windowSeconds === 'number' &&
    typeof value.per === 'string'
  );
}
