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
  for (const [key, value] of Symbol.iterator in headers ? pairsOf(headers) : knownEntries(headers)) {
    const name = known.get(key.toLowerCase());
    if (!name || !value) continue;
    const text = typeof value === 'string' ? value : textOf(name, value);
    // Repeated headers are joined with a comma.
    if (text.includes(',') || (values[name] ?? text) !== text) {
      return refusal('header-duplicated', name, 'has several values; send one.');
    }
    values[name] = text;
  }
  const missing = names.find((name) => !values[name]);
  return missing ? refusal('header-missing', missing, 'is missing; send it.') : (values as SignatureValues);
}

/** @throws {SigningError} INVALID_OPTION */
function* pairsOf(headers: Iterable<unknown>): Generator<readonly [string, unknown]> {
  for (const pair of headers) {
    if (!Array.isArray(pair) || typeof pair[0] !== 'string') {
      refuse('INVALID_OPTION', 'headers', 'is a list of something else than pairs.');
    }
    yield pair as [string, unknown];
  }
}

/** Returns the text of a header, of several values with commas between them, as `Headers` has them. */
function textOf(name: string, value: unknown): string {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (values.every((each) => typeof each === 'string' || typeof each === 'number')) return values.join();
  return refuse('INVALID_OPTION', `headers.${name}`, 'is no text.');
}

/** Returns the entries that may be ours; most headers of a request are not, and cost no allocation here. */
function knownEntries<T>(headers: Readonly<Record<string, T>>): [string, T][] {
  const entries: [string, T][] = [];
  for (const key of Object.keys(headers)) {
    if (knownLengths.has(key.length)) entries.push([key, headers[key] as T]);
  }
  return entries;
}

/** Returns a refusal whose message begins with the header's name. */
export function refusal(reason: Refusal['reason'], header: SignatureHeaderName, problem: string): Refusal {
  return { ok: false, reason, header, message: `${header} ${problem}` };
}
