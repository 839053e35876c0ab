import type { CodeSample, RateLimit, ReadingDocument } from '../types.js';

/** The extensions as the page has them, each named as it reads before its value. */
export const shownExtensions: readonly string[] = ['x-Rate limit', 'x-Length', 'x-Empty text', 'x-Repeats'];

/** Where a reference leads to in the site. */
export interface Leads {
  readonly guide: { readonly title: string; readonly name: string };
  /** The section of the page of errors with what it answers. */
  readonly errors: string;
}

/** So many operations are open on a page, whatever their tags. */
const openOperations = 6;

/**
 * Returns a copy of the document that reads well as a page; `openapi.json` beside the page stays as it is.
 *
 * @param home the way from the page to the start of the site, such as `../`
 * @param samplesOf the programs that make a call, by its operationId
 */
export function readingCopy(
  document: ReadingDocument,
  home: string,
  samplesOf: (operationId: string) => CodeSample[] = () => [],
): ReadingDocument {
  const copy = structuredClone(document);
  const operations = operationsOf(copy);
  if (countTags(operations) < 2 || operations.length <= openOperations) {
    // Redoc folds each tag away behind "+ Show": with a single tag that hides the whole reference, and few need no list.
    delete copy.tags;
    for (const operation of operations) delete operation.tags;
  }
  for (const operation of operations) {
    const samples = samplesOf(String(operation.operationId));
    if (samples.length > 0) operation['x-codeSamples'] = samples;
  }
  sayExtensions(copy);
  // Only an API that the mock plays can be tried on it.
  if (copy['x-own-server'] !== true) {
    for (const operation of operations) {
      operation.externalDocs = {
        description: 'Try it on a mock, signed in the page',
        url: `${home}try-it.html#${operation.operationId}`,
      };
    }
  }
  return copy;
}

/** Leads from the introduction to the guide, and at its end, as each page of the site ends, to the errors. */
export function leadToPages(copy: ReadingDocument, home: string, { guide, errors }: Leads): void {
  // The page is one of the site, and works offline.
  copy.externalDocs = { description: `Guide: ${guide.title}`, url: `${home}guides/${guide.name}.html` };
  const errorsPage = `${home}errors.html#${errors}`;
  const sentence = `The [page of errors](${errorsPage}) says of each code what it means, why it comes, and what to do.`;
  copy.info.description = `${copy.info.description ?? ''}\n\n## What can go wrong\n\n${sentence}\n`;
}

/** Writes in words what the extensions of a document, at any depth, say in its own notation. */
function sayExtensions(node: unknown): void {
  if (Array.isArray(node)) for (const item of node) sayExtensions(item);
  if (!isObject(node)) return;
  const { 'x-rate-limit': rateLimit, 'x-max-bytes': bytes, 'x-empty-is-absent': isAbsent, 'x-echoes': echoed } = node;
  if (isRateLimit(rateLimit)) node['x-Rate limit'] = rateLimitInWords(rateLimit);
  if (typeof bytes === 'number') node['x-Length'] = `at most ${bytes} ${bytes === 1 ? 'byte' : 'bytes'} of UTF-8`;
  if (isAbsent === true) node['x-Empty text'] = 'counts as not sent';
  if (typeof echoed === 'string') node['x-Repeats'] = `${echoed} of the request`;
  for (const [key, value] of Object.entries(node)) if (!isData(key)) sayExtensions(value);
}

/** Whether a key holds values as they are sent, and no part of the document. */
function isData(key: string): boolean {
  return ['example', 'examples', 'default', 'const', 'enum', 'x-codeSamples'].includes(key);
}

/** Returns a rate limit in words: `200 requests per second, per app key`. */
export function rateLimitInWords({ limit, windowSeconds, per }: RateLimit): string {
  const window = windowSeconds === 1 ? 'second' : `${windowSeconds} seconds`;
  return `${limit} requests per ${window}, per ${per.replaceAll('-', ' ')}`;
}

function operationsOf(document: ReadingDocument): Record<string, unknown>[] {
  const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace', 'query'];
  return Object.values(document.paths).flatMap((path) =>
    [...methods.map((method) => path[method]), ...Object.values(Object(path.additionalOperations))].filter(isObject),
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
