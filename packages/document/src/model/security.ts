import { appendPointer } from '../json/json-pointer.js';
import { asArray, asObject, dereference, isObject } from '../json/references.js';
import type { Json, JsonObject } from '../json/types.js';
import type { ProblemReporter, ResolvedOperation, ResolvedScheme } from './types.js';

/** Reports a `security` that is no list, as a map from names to scopes by itself is none, and one whose scopes are none. */
export function checkSecurity(value: Json | undefined, pointer: string, report: ProblemReporter): void {
  if (value === undefined || value === null) return;
  const hint = 'Write security: [{ nameOfTheScheme: [] }], with an entry for each way in.';
  if (!Array.isArray(value)) report(pointer, 'security is no list.', hint);
  const all = asArray(value).flatMap((names) => Object.entries(asObject(names)));
  const wrong = all.find(([, scopes]) => scopes !== null && !Array.isArray(scopes));
  if (wrong) report(pointer, `The scopes of ${wrong[0]} in security are no list.`, hint);
}

/** Returns the names of the schemes of each way in; nothing where the document says nothing of it. */
export function resolveSecurity(value: Json | undefined): Pick<ResolvedOperation, 'security'> {
  if (!Array.isArray(value)) return {};
  return { security: value.map((names) => Object.keys(asObject(names))) };
}

/** Reports each security scheme that lacks a text which says where its credential goes. */
export function checkSecuritySchemes(bundle: JsonObject, report: ProblemReporter): void {
  for (const [name, node] of Object.entries(asObject(asObject(bundle.components).securitySchemes))) {
    const scheme = asObject(dereference(bundle, node));
    checkSignature(scheme, appendPointer('#/components/securitySchemes', name, 'x-signature'), report);
    const texts = scheme.type === 'apiKey' ? ['name', 'in'] : scheme.type === 'http' ? ['scheme'] : [];
    const wrong = texts.filter((key) => typeof scheme[key] !== 'string');
    if (wrong.length === 0) continue;
    const message = `The security scheme ${name} has no ${wrong.join(' and no ')} that is a text.`;
    const hint = 'Write { type: apiKey, in: header, name: X-API-Key } or { type: http, scheme: bearer }.';
    report(appendPointer('#/components/securitySchemes', name), message, hint);
  }
}

/** Reports what `x-signature` says that is not so of the one way in which requests are signed and verified here. */
function checkSignature(scheme: JsonObject, place: string, report: ProblemReporter): void {
  const { 'x-signature': written, name } = scheme;
  if (written === undefined) return;
  const known = knownSignature(prefixOf(scheme));
  const { headers = {} } = asObject(written);
  const named = isObject(headers) ? { signature: name ?? 'Signature', ...headers } : headers;
  const other = findOther(isObject(written) ? { ...written, headers: named } : written, known);
  if (other === undefined) return;
  const said = [['x-signature', ...other.keys].join('.'), JSON.stringify(other.value)].join(': ');
  const hint = `Write x-signature: ${JSON.stringify(known)}, or leave x-signature out: it is an API key then.`;
  report(appendPointer(place, ...other.keys), `${said} is no way in which requests can be signed.`, hint);
}

/** Returns the value of `x-signature`: RC- stands before all of its headers, or before none. */
function knownSignature(prefix: string): JsonObject {
  const [appKey, nonce, timestamp, signature] = ['App-Key', 'Nonce', 'Timestamp', 'Signature'].map(
    (header) => `${prefix}${header}`,
  ) as [string, string, string, string];
  return {
    algorithm: 'sha1',
    encoding: 'hex',
    input: ['app-secret', nonce, timestamp],
    timestampUnit: 'milliseconds',
    nonceMaxLength: 18,
    headers: { appKey, nonce, timestamp, signature },
  };
}

/** Returns the first part of a value that is not as it is known, in whatever case letters are. */
function findOther(
  value: Json,
  known: Json | undefined,
  keys: string[] = [],
): { keys: string[]; value: Json } | undefined {
  if (isObject(value) && isObject(known)) {
    const parts = Object.entries(value).map(([key, part]) => findOther(part, known[key], [...keys, key]));
    return parts.find((found) => found !== undefined);
  }
  const [one, two] = [value, known].map((part) => JSON.stringify(part)?.toLowerCase());
  return one === two ? undefined : { keys, value };
}

function prefixOf({ 'x-signature': signature, name }: JsonObject): string {
  const { signature: header = name } = asObject(asObject(signature).headers);
  return /^rc-/i.test(String(header)) ? 'RC-' : '';
}

/** Returns each security scheme that a client can have credentials for, by its name. */
export function resolveSecuritySchemes(bundle: JsonObject): Record<string, ResolvedScheme> {
  const schemes = Object.entries(asObject(asObject(bundle.components).securitySchemes));
  const resolved = schemes.map(([name, node]) => [name, schemeOf(asObject(dereference(bundle, node)))] as const);
  return Object.fromEntries(resolved.flatMap(([name, scheme]) => (scheme ? [[name, scheme]] : [])));
}

/** Whether a document describes how requests are signed. */
export function hasSignature(bundle: JsonObject): boolean {
  return Object.values(resolveSecuritySchemes(bundle)).some(({ type }) => type === 'signature');
}

function schemeOf(scheme: JsonObject): ResolvedScheme | undefined {
  const { type, in: place, name } = scheme;
  if ('x-signature' in scheme) return { type: 'signature', headerPrefix: prefixOf(scheme) };
  if (
    type === 'apiKey' &&
    typeof name === 'string' &&
    (place === 'header' || place === 'query' || place === 'cookie')
  ) {
    return { type, in: place, name };
  }
  if (type === 'http' && String(scheme.scheme).toLowerCase() === 'basic') return { type: 'basic' };
  if (type === 'http' && String(scheme.scheme).toLowerCase() === 'bearer') return { type: 'bearer' };
  return type === 'oauth2' || type === 'openIdConnect' ? { type: 'bearer' } : undefined;
}
