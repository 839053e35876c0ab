import type { Api } from '../document/api.js';
import { asObject, createResolver, pickAnswer } from '../document/lookup.js';
import { ApiError } from '../http/api-error.js';
import { shorten } from '../http/read-request.js';
import type { Preference, Route } from '../http/types.js';

/** The status of the `default` answer, where the caller names none. */
const defaultStatus = 503;

export const noPreference: Preference = {};

/** The documented answers of an operation: the keys of `responses`, each with the names of its examples. */
type Documented = ReadonlyMap<string, readonly string[]>;

/** Creates the step that finds which documented answer a caller wants by what its request says of that. */
export function createPreferenceReader(api: Api): (route: Route, prefer: string | URLSearchParams) => Preference {
  const { document, isPlain } = api;
  const resolve = createResolver(document);

  function findDocumented({ definition }: Route): Documented {
    const responses = Object.entries(asObject(definition.responses)).filter(([status]) => isFinal(status));
    return new Map(responses.map(([status, response]) => [status, exampleNames(resolve(response).content)]));
  }

  function exampleNames(content: unknown): string[] {
    return Object.values(asObject(content)).flatMap((media) => Object.keys(asObject(resolve(media).examples)));
  }

  return function readPreference(route, prefer) {
    const preferred = typeof prefer === 'string' ? parsePrefer(prefer) : parseQuery(prefer);
    if (isPlain) return toPlainPreference(preferred);
    const { code: wanted, example } = preferred;
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

/** Parses the parameters of a query that Prism reads in place of the header: `__code=429&__example=name`. */
function parseQuery(query: URLSearchParams): Preferred {
  const own = [...query].filter(([name]) => name.startsWith('__'));
  return Object.fromEntries(own.map(([name, value]) => [name.slice(2), value]));
}

/** Returns what Prism is asked for; whether there is such an answer it says itself. */
function toPlainPreference({ code, example, dynamic }: Preferred): Preference {
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
