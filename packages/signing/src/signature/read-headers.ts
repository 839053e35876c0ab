import type { Refusal, RequestHeaders, SignatureHeaderName } from '../types.js';
import { checkType } from './check-inputs.js';

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
  for (const [key, value] of Symbol.iterator in headers ? headers : knownEntries(headers)) {
    const name = known.get(key.toLowerCase());
    if (!name || !value) continue;
    const text = String(value);
    // `Headers`, like String() of an array, joins repeated headers with a comma.
    if (text.includes(',') || (values[name] ?? text) !== text) {
      return refusal('header-duplicated', name, 'has several values; send one.');
    }
    values[name] = text;
  }
  const missing = names.find((name) => !values[name]);
  return missing ? refusal('header-missing', missing, 'is missing; send it.') : (values as SignatureValues);
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
