import type { Api } from '../document/api.js';
import { asObject, createResolver, pickAnswer } from '../document/lookup.js';
import { ApiError } from '../http/api-error.js';
import { shorten } from '../http/read-request.js';
import type { MockRequest, Preference, Route } from '../http/types.js';

/** The status of the `default` answer, where the caller names none. */
const defaultStatus = 503;

const noPreference: Preference = {};

/** The documented answers of an operation: the keys of `responses`, each with the names of its examples. */
type Documented = ReadonlyMap<string, readonly string[]>;

/** Creates the step that reads from the header Prefer which documented answer the caller wants. */
export function createPreferenceReader({ document }: Api): (route: Route, request: MockRequest) => Preference {
  const resolve = createResolver(document);

  function findDocumented({ definition }: Route): Documented {
    const responses = Object.entries(asObject(definition.responses)).filter(([status]) => isFinal(status));
    return new Map(responses.map(([status, response]) => [status, exampleNames(resolve(response).content)]));
  }

  function exampleNames(content: unknown): string[] {
    return Object.values(asObject(content)).flatMap((media) => Object.keys(asObject(resolve(media).examples)));
  }

  return function readPreference(route, { headers }) {
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

/** Parses `code=429, example=name`; RFC 7240 has other preferences ignored. */
function parsePrefer(header: string): { readonly code?: string; readonly example?: string } {
  const pairs = header.split(/[,;]/).map((preference) => {
    const [name = '', value = ''] = preference.split('=', 2).map((part) => part.trim());
    return [name.toLowerCase(), value.replace(/^"(.*)"$/, '$1')];
  });
  return Object.fromEntries(pairs.filter(([name]) => name === 'code' || name === 'example'));
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
