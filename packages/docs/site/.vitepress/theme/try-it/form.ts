import type { DescribedField, DescribedOperation } from './described.js';

/** What stands in each control, by the place of its field. */
export type Values = readonly string[];

/** A request without what signs it. */
export interface Draft {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** JSON, where the operation has a body. */
  readonly body: string | undefined;
  /** All of it by name, as the typed client takes it. */
  readonly request: Readonly<Record<string, unknown>>;
}

/** Returns what the form holds at first: the document's example of each field that is required. */
export function firstValues({ fields }: DescribedOperation): string[] {
  return fields.map(({ required, example, values }) => (required ? (example ?? values?.[0] ?? '') : ''));
}

/** Returns the values that a field offers, where it offers some; one that need not be given offers none as well. */
export function choicesOf({ type, values, required }: DescribedField): string[] | undefined {
  const choices = values ?? (type === 'boolean' ? ['true', 'false'] : undefined);
  return choices && (required ? choices : ['', ...choices]);
}

/** Returns what the document allows, in words; empty where it has no limits. */
export function limitsInWords({ minLength, maxLength, maxBytes }: DescribedField): string {
  const limits = [
    minLength !== undefined && minLength > 1 && `at least ${count(minLength, 'character')}`,
    maxLength !== undefined && maxLength !== maxBytes && `at most ${count(maxLength, 'character')}`,
    maxBytes !== undefined && `at most ${count(maxBytes, 'byte')}`,
  ];
  return limits.filter(Boolean).join(', ');
}

/** Returns what the document has against a value, in a sentence; `undefined` where that is nothing. */
export function problemOf(field: DescribedField, value: string): string | undefined {
  if (value === '' && !isSentEmpty(field)) return field.required ? 'This is required.' : undefined;
  if (field.type === 'string') return textProblem(field, value);
  if (field.type === 'json') return isJson(value) ? undefined : 'This is no JSON.';
  if (field.type === 'boolean') return undefined;
  const number = readNumber(value);
  if (number === undefined) return 'This is no number.';
  return field.type === 'integer' && !Number.isInteger(number) ? 'This is no whole number.' : undefined;
}

function textProblem(
  { minLength = 0, maxLength, maxBytes, pattern }: DescribedField,
  value: string,
): string | undefined {
  const characters = [...value].length;
  const bytes = new TextEncoder().encode(value).byteLength;
  if (characters === 0 && minLength > 0) return 'This is empty.';
  if (characters < minLength) return `${count(characters, 'character')}; at least ${minLength} are needed.`;
  if (maxBytes !== undefined && bytes > maxBytes) return `${count(bytes, 'byte')}; the limit is ${maxBytes}.`;
  if (maxLength !== undefined && characters > maxLength) {
    return `${count(characters, 'character')}; the limit is ${maxLength}.`;
  }
  return pattern === undefined || matches(pattern, value) ? undefined : `This does not match ${pattern}.`;
}

/** A pattern that this browser cannot read is left to the mock. */
function matches(pattern: string, value: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(value);
  } catch {
    return true;
  }
}

/** Returns the request; a text that is no value of its type is sent as it is: what the API says of it is worth seeing. */
export function draftOf({ method, path, contentType, fields }: DescribedOperation, values: Values): Draft {
  const query = new URLSearchParams();
  const headers: [string, string][] = [];
  const request: Record<string, unknown> = {};
  const body: Record<string, unknown> = {};
  let filled = path;
  for (const [at, field] of fields.entries()) {
    const value = values[at] ?? '';
    if (value === '' && !isSentEmpty(field)) continue;
    const typed = typedValue(field, value);
    Object.defineProperty(request, field.name, { value: typed, enumerable: true });
    if (field.in === 'path') filled = filled.replace(`{${field.name}}`, () => encodeURIComponent(value));
    else if (field.in === 'query') query.append(field.name, value);
    else if (field.in === 'header') headers.push([field.name, value]);
    else Object.defineProperty(body, field.name, { value: typed, enumerable: true });
  }
  if (contentType !== undefined) headers.push(['Content-Type', contentType]);
  return {
    method,
    target: query.size > 0 ? `${filled}?${query}` : filled,
    headers,
    body: contentType === undefined ? undefined : JSON.stringify(body),
    request,
  };
}

/** A text that is required is sent empty, too; anything else that is empty is left out. */
function isSentEmpty({ required, type, values }: DescribedField): boolean {
  return required && type === 'string' && values === undefined;
}

function typedValue({ type }: DescribedField, value: string): unknown {
  if (type === 'string' || !isJson(value)) return value;
  return JSON.parse(value);
}

function isJson(value: string): boolean {
  try {
    JSON.parse(value);
    return true;
  } catch {
    return false;
  }
}

function readNumber(value: string): number | undefined {
  const number: unknown = isJson(value) ? JSON.parse(value) : undefined;
  return typeof number === 'number' ? number : undefined;
}

function count(amount: number, unit: string): string {
  return `${amount} ${unit}${amount === 1 ? '' : 's'}`;
}
