import type { Api } from '../document/api.js';
import { asObject, createResolver, pickAnswer } from '../document/lookup.js';
import { ApiError } from '../http/api-error.js';
import { shorten } from '../http/read-request.js';
import type { MockRequest, Preference, Route } from '../http/types.js';

/** The status of the `default` answer, where the caller names none. */
const defaultStatus = 503;

export const noPreference: Preference = {};

/** The documented answers of an operation: the keys of `responses`, each with the names of its examples. */
type Documented = ReadonlyMap<string, readonly string[]>;

/** Creates the step that reads from the header Prefer which documented answer the caller wants. */
export function createPreferenceReader(api: Api): (route: Route, request: MockRequest) => Preference {
  const { document, isPlain } = api;
  const resolve = createResolver(document);

  function findDocumented({ definition }: Route): Documented {
    const responses = Object.entries(asObject(definition.responses)).filter(([status]) => isFinal(status));
    return new Map(responses.map(([status, response]) => [status, exampleNames(resolve(response).content)]));
  }

  function exampleNames(content: unknown): string[] {
    return Object.values(asObject(content)).flatMap((media) => Object.keys(asObject(resolve(media).examples)));
  }

  return function readPreference(route, { headers, query }) {
    if (isPlain) return readPlainPreference(headers.prefer, query);
    if (headers.prefer === undefined) return noPreference;
    const { code: wanted, example } = parsePrefer(headers.prefer);
    if (wanted === undefined && example === undefined) return noPreference;
    const documented = findDocumented(route);
    const status = wanted ?? findStatusOf(documented, example ?? '');
    requireDocumented(documented, status, example);
    // A range such as 4XX is answered with its first status.
    const code = status === 'default' ? defaultStatus : Number(status.replace('XX', '00'));
    return { code, ...(example !== undefined && { exampleKey: example }) };
  };
}

/** An answer of 1xx only announces another; other keys are extensions. */
function isFinal(status: string): boolean {
  return /^([2-5](\d\d|XX)|default)$/.test(status);
}

/** A preference as it was written. */
interface Preferred {
  readonly code?: string;
  readonly example?: string;
  readonly dynamic?: string;
}

/** Parses `code=429, example=name`; RFC 7240 has other preferences ignored, and the first of a name counts. */
function parsePrefer(header: string): Preferred {
  const pairs = header.split(/[,;]/).map((preference) => {
    const [name = '', value = ''] = preference.split('=', 2).map((part) => part.trim());
    return [name.toLowerCase(), value.replace(/^"(.*)"$/, '$1')];
  });
  return Object.fromEntries(pairs.filter(([name]) => preferences.has(name ?? '')).reverse());
}

const preferences = new Set(['code', 'example', 'dynamic']);

/** Reads what Prism reads: the header, or without it parameters of the query; whether there is such an answer it says itself. */
function readPlainPreference(header: string | undefined, query: URLSearchParams): Preference {
  const inQuery = Object.fromEntries(
    [...query].filter(([name]) => name.startsWith('__')).map(([name, value]) => [name.slice(2), value]),
  );
  const { code, example, dynamic } = header === undefined ? (inQuery as Preferred) : parsePrefer(header);
  if (code !== undefined && !/^\d{3}$/.test(code)) {
    const message = `The preferred code ${shorten(code)} is no status. Write three digits.`;
    throw new ApiError('ParameterInvalid', message, { status: 422 });
  }
  return {
    ...(code !== undefined && { code: Number(code) }),
    ...(example !== undefined && { exampleKey: example }),
    ...(dynamic !== undefined && { dynamic: dynamic === 'true' }),
  };
}

function findStatusOf(documented: Documented, example: string): string {
  const found = [...documented].find(([, examples]) => examples.includes(example));
  if (!found) throw refusePreference(`example=${example}`, [...new Set([...documented.values()].flat())]);
  return found[0];
}

function requireDocumented(documented: Documented, status: string, example: string | undefined): void {
  const examples = pickAnswer(status, (key) => documented.get(key));
  if (!examples) throw refusePreference(`code=${status}`, [...documented.keys()]);
  if (example !== undefined && !examples.includes(example)) {
    throw refusePreference(`code=${status}, example=${example}`, examples);
  }
}

function refusePreference(wanted: string, choices: readonly string[]): ApiError {
  const message = `Prefer: ${shorten(wanted)} is not a documented answer of this endpoint. Choose from: ${choices.join(', ')}.`;
  return new ApiError('ParameterInvalid', message);
}
