import type { Init } from '../call/call.js';
import { optionChecks, refuseOption } from '../errors.js';

type Serializer = (given: unknown) => unknown;

const paramNames = { path: null, query: null, header: null, cookie: null };
/** What `openapi-fetch` does not pass on. */
const ours = ['params', 'body', 'bodySerializer', 'headers'];
const forms = ['json', 'text', 'blob', 'arrayBuffer', 'stream'];

/**
 * Checks what `openapi-fetch` takes of an init; it would throw a `TypeError` of the engine, or leave it out unseen.
 *
 * @throws {NexconnConfigurationError} INVALID_OPTION
 */
export function checkInit({ params = {}, parseAs = 'json', middleware = [], ...rest }: Init): void {
  optionChecks.checkNames(params, paramNames, 'params.');
  for (const [place, given] of Object.entries(params)) {
    // Whatever its names are.
    if (given !== undefined && given !== null) optionChecks.checkNames(given, { ...given }, `params.${place}.`);
  }
  optionChecks.checkChoice<unknown>('parseAs', parseAs, forms);
  if (!Array.isArray(middleware)) refuseOption('middleware', 'is no list. Pass one, or leave it out.');
  middleware.filter(Boolean).forEach(checkMiddleware);
  const { querySerializer, bodySerializer, pathSerializer, Request } = rest;
  if (typeof querySerializer !== 'object' || querySerializer === null) {
    optionChecks.checkFunction('querySerializer', querySerializer);
  }
  for (const [name, value] of Object.entries({ bodySerializer, pathSerializer, Request })) {
    optionChecks.checkFunction(name, value);
  }
}

/** @throws {NexconnConfigurationError} INVALID_OPTION */
export function checkMiddleware(middleware: unknown): void {
  const isOne = ['onRequest', 'onResponse', 'onError'].some((name) => name in Object(middleware));
  if (!isOne) refuseOption('middleware', 'has none of onRequest, onResponse and onError. Pass each one by itself.');
}

/** Returns a serializer of queries whose result is checked: `openapi-fetch` takes it for a text. */
export function withCheckedResult(serializer: object | undefined): object | undefined {
  if (typeof serializer !== 'function') return serializer;
  return (query: unknown): string => {
    const text = (serializer as Serializer)(query);
    return typeof text === 'string' ? text : refuseOption('querySerializer', 'returned no text. Have it return one.');
  };
}

/**
 * Returns the name of what the class of requests does not take of an init, such as a `cache` that is none; undefined where it
 * takes all of it. Engines throw a `TypeError` then, each with words of its own.
 */
export function findRefused(
  init: object,
  method: string,
  Given: typeof Request = globalThis.Request,
): string | undefined {
  const names = ['method', ...Object.keys(init)].filter((name) => !ours.includes(name));
  return names.find((name) => {
    try {
      return !new Given('http://localhost', { method, [name]: Reflect.get({ ...init, method }, name) });
    } catch {
      return true;
    }
  });
}
