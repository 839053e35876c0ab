import type { Init } from '../call/call.js';
import { optionChecks, refuseOption } from '../errors.js';

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
  if (!Array.isArray(middleware)) refuseOption('middleware', 'is no list. Pass one.');
  middleware.filter(Boolean).forEach(checkMiddleware);
  const { querySerializer, bodySerializer, pathSerializer, Request } = rest;
  const functions = { bodySerializer, pathSerializer, Request };
  const others = querySerializer && typeof querySerializer === 'object' ? {} : { querySerializer };
  for (const [name, value] of Object.entries({ ...functions, ...others })) optionChecks.checkFunction(name, value);
}

/** What each serializer may return, by the names of kinds: a class of those may be a library's. */
const kindsOfText = {
  querySerializer: / String]/,
  pathSerializer: / String]/,
  bodySerializer: / (String|Undefined|Null|FormData|URLSearchParams|Blob|File|.*Stream|.*View|.*Buffer|.+\d.*Array)]/,
};

/**
 * Returns the serializers of an init such that each throws where it returns nothing that a request can hold.
 *
 * @throws {NexconnConfigurationError} INVALID_OPTION
 */
export function checkedSerializers(init: Init): object {
  const checked = Object.entries(kindsOfText).map(([name, kinds]) => {
    const serialize: unknown = Reflect.get(init, name);
    const check = (...given: unknown[]): unknown => {
      const value = (serialize as (...given: unknown[]) => unknown)(...given);
      if (kinds.test(Object.prototype.toString.call(value))) return value;
      return refuseOption(name, `returned something of type ${typeof value}. Have it return a text.`);
    };
    return [name, typeof serialize === 'function' ? check : serialize];
  });
  return Object.fromEntries(checked);
}

/** @throws {NexconnConfigurationError} INVALID_OPTION */
export function checkMiddleware(middleware: unknown): void {
  const isOne = ['onRequest', 'onResponse', 'onError'].some((name) => name in Object(middleware));
  if (!isOne) refuseOption('middleware', 'is none. Pass each by itself.');
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
  const members: [string, unknown][] = [['method', method], ...Object.entries(init)];
  return members.find(([name, value]) => {
    try {
      return !ours.includes(name) && !new Given('http://localhost', { method, [name]: value });
    } catch {
      return true;
    }
  })?.[0];
}
