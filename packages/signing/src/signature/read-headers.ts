import type { Refusal, RequestHeaders, SignatureHeaderName } from '../types.js';
import { checkType, refuse } from './check-inputs.js';

/** The plain header names, in the order in which a missing one is reported. */
const names: readonly SignatureHeaderName[] = ['App-Key', 'Nonce', 'Timestamp', 'Signature'];

/** The four values by their plain header names. */
export type SignatureValues = Record<SignatureHeaderName, string>;

/** Each name by its lower-case form, and by that of the `RC-` one. */
const known = new Map(['', 'rc-'].flatMap((prefix) => names.map((name) => [prefix + name.toLowerCase(), name])));

const knownLengths = new Set([...known.keys()].map(({ length }) => length));

/**
 * Returns each value by its plain header name, or the refusal where one is missing or has two different values.
 *
 * @throws {SigningError} INVALID_OPTION
 */
export function readSignatureHeaders(headers: RequestHeaders): SignatureValues | Refusal {
  checkType('object', 'headers', headers);
  const values: Partial<SignatureValues> = {};
  const repeated = Symbol.iterator in headers ? addPairs(values, headers) : addFields(values, headers);
  if (repeated) return refusal('header-duplicated', repeated, 'has several values; send one.');
  const missing = names.find((name) => !values[name]);
  return missing ? refusal('header-missing', missing, 'is missing; send it.') : (values as SignatureValues);
}

/** Adds the values of a record, as `addValue` does. */
function addFields(
  values: Partial<SignatureValues>,
  headers: Readonly<Record<string, unknown>>,
): SignatureHeaderName | undefined {
  // By its keys: entries would be made for every header of every request.
  for (const key of Object.keys(headers)) {
    const repeated = addValue(values, key, headers[key]);
    if (repeated) return repeated;
  }
  return undefined;
}

/** Adds the values of pairs, as `addValue` does. @throws {SigningError} INVALID_OPTION */
function addPairs(values: Partial<SignatureValues>, headers: Iterable<unknown>): SignatureHeaderName | undefined {
  for (const pair of headers) {
    if (!Array.isArray(pair) || typeof pair[0] !== 'string') {
      refuse('INVALID_OPTION', 'headers', 'is a list of something else than pairs.');
    }
    const repeated = addValue(values, pair[0], pair[1]);
    if (repeated) return repeated;
  }
  return undefined;
}

/** Adds the value of a header that belongs to a signature, or returns its name where it has another value already. */
function addValue(values: Partial<SignatureValues>, key: string, value: unknown): SignatureHeaderName | undefined {
  // Most headers of a request are told by their length alone.
  const name = knownLengths.has(key.length) ? known.get(key.toLowerCase()) : undefined;
  if (!name || !value) return undefined;
  const text = typeof value === 'string' ? value : textOf(name, value);
  // Repeated headers are joined with a comma.
  if (text.includes(',') || (values[name] ?? text) !== text) return name;
  values[name] = text;
  return undefined;
}

/** Returns the text of a header, of several values with commas between them, as `Headers` has them. */
function textOf(name: string, value: unknown): string {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (values.every((each) => typeof each === 'string' || typeof each === 'number')) return values.join();
  return refuse('INVALID_OPTION', `headers.${name}`, 'is no text.');
}

/** Returns a refusal whose message begins with the header's name. */
export function refusal(reason: Refusal['reason'], header: SignatureHeaderName, problem: string): Refusal {
  return { ok: false, reason, header, message: `${header} ${problem}` };
}
