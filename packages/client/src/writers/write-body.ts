import type { ValidationIssue } from '@nexconn-kit/contract';
import type { FieldEncoding, Parameter, WriteBody, WriteParameters } from '../table-types.js';
import { FormPart } from './form-part.js';
import {
  asText,
  bytesOf,
  type Field,
  headerIssues,
  isPart,
  isStyled,
  itemsOf,
  joinParts,
  type NamedField,
  partIssues,
  toParts,
} from './parts.js';
import { plain, writeField } from './unwritable.js';
import { textOf, writePairs, writeParameters } from './write-parameters.js';

/** The longest text that stands for bytes where a schema is asked about them. */
const standInMaxLength = 1_000_000;

/** Checks and writes the fields of a form in a URL's encoding. */
export const writeForm: WriteBody = (value, call, settings) => {
  const issues = [...formIssues(value), ...issuesOf(value, call, settings), ...entriesOf(value).flatMap(fileIssues)];
  const pairs = issues.length > 0 ? [] : writeFields(fieldsOf(value, call), toPairs, issues);
  return { text: pairs.join('&'), issues };
};

/** Returns what each field is written as, and adds what cannot be. */
function writeFields<Each extends Field, Written>(
  fields: readonly Each[],
  write: (field: Each) => Written[],
  issues: ValidationIssue[],
): Written[] {
  return fields.flatMap((field) => writeField(field.name ?? '', writtenOf(field), issues, () => write(field)));
}

/** Returns the value of a field, or the list of them, without what a part says of itself. */
function writtenOf({ value }: Field): unknown {
  const own = (item: unknown): unknown => (item instanceof FormPart ? item.value : item);
  return Array.isArray(value) ? value.map(own) : own(value);
}

function toPairs({ name, value, encoding }: NamedField): string[] {
  if (isStyled(encoding)) return writePairs({ ...encoding, name }, value);
  return itemsOf(value).map((item) => String(new URLSearchParams([[name, asText(item, encoding)]])));
}

/** Writes the parameters of an operation, of which one is the query as a whole: a form, JSON, or a text. */
export const writeWholeQuery: WriteParameters = (operation, params, headers, refuse) => {
  const isWhole = ({ contentType }: Parameter): boolean => contentType !== undefined;
  const others = operation.parameters.filter((parameter) => !isWhole(parameter));
  const path = writeParameters({ ...operation, parameters: others }, params, headers, refuse);
  const whole = operation.parameters.find(isWhole);
  const value = whole && params.query?.[whole.name];
  if (!whole || value === undefined || value === null) return path;
  const { name, field = name } = whole;
  const issues: ValidationIssue[] = [];
  const texts = writeField(field, value, issues, () => [queryText(whole, value)]);
  refuse(issues);
  const query = texts.join('');
  return query === '' ? path : `${path}?${query}`;
};

function queryText({ contentType = '', encoding = {} }: Parameter, value: unknown): string {
  if (/^application\/x-www-form-urlencoded/i.test(contentType) && typeof value === 'object')
    return toFields(value, encoding).flatMap(toPairs).join('&');
  return encodeURIComponent(/[/+]json\s*(;|$)/i.test(contentType) ? JSON.stringify(value) : textOf(plain(value)));
}

/** Checks and writes the fields and files of a form in parts; of a list without names each item is a part. */
export const writeMultipart: WriteBody = (value, call, settings) => {
  const encodings = call.operation?.body?.encoding ?? {};
  const fields: readonly Field[] = Array.isArray(value)
    ? value.map((item, index) => ({ value: item, encoding: encodings[index] ?? encodings[''] ?? {} }))
    : fieldsOf(value, call);
  const issues = [
    ...formIssues(value),
    ...issuesOf(value, call, settings),
    ...fields.flatMap(headerIssues),
    ...(settings.validateRequests ? fields.flatMap(partIssues) : []),
  ];
  if (issues.length > 0 || value === undefined) return { text: '', issues };
  const parts = writeFields(fields, toParts, issues);
  return { text: ' ', issues, finish: () => joinParts(parts, call.operation?.body?.contentType ?? '') };
};

/** Checks and writes a list as JSON with a line for each item; a text or bytes go as they are. */
export const writeLines: WriteBody = (value, call, settings) => {
  if (typeof value === 'string' || bytesOf(value) || value instanceof Blob) return writeBytes(value, call, unchecked);
  const start = /json-seq/i.test(call.operation?.body?.contentType ?? '') ? '\x1e' : '';
  const issues = [...issuesOf(value, call, settings)];
  const items: readonly unknown[] = issues.length > 0 ? [] : Array.isArray(value) ? value : itemsOf(value);
  // What is nothing in JSON is null in a list of it.
  const lines = items.flatMap((item, index) =>
    writeField(`${index}`, item, issues, () => [`${start}${JSON.stringify(item) ?? null}\n`]),
  );
  return { text: lines.join(''), issues };
};

const unchecked = { validateRequests: false };

/** Writes a text, bytes or a file as they are. */
export const writeBytes: WriteBody = (value, call, settings) => {
  const issues = issuesOf(value, call, settings, ['string', 'bytes']);
  const type = call.operation?.body?.contentType ?? '';
  if (value instanceof Blob) {
    // Its own type counts only where the document leaves it open.
    const contentType = type.includes('*') ? value.type || 'application/octet-stream' : type;
    return {
      text: ' ',
      issues,
      finish: async () => ({ bytes: new Uint8Array(await value.arrayBuffer()), contentType }),
    };
  }
  return { text: bytesOf(value) ?? (value === undefined ? '' : textOf(plain(value))), issues };
};

/** Returns each field of a form with its value, and how that is written. */
function fieldsOf(given: unknown, { operation }: Parameters<WriteBody>[1]): NamedField[] {
  return toFields(given, operation?.body?.encoding ?? {});
}

function toFields(given: unknown, encodings: Readonly<Record<string, FieldEncoding>>): NamedField[] {
  return entriesOf(given).map(([name, value]) => {
    return { name, value, encoding: (Object.hasOwn(encodings, name) && encodings[name]) || {} };
  });
}

function entriesOf(value: unknown): [name: string, value: unknown][] {
  return Object.entries(Object(value) as object).filter(([, item]) => itemsOf([item]).length > 0);
}

/** A form in a URL's encoding has no place for bytes, nor for what a part says of itself. */
function fileIssues([field, value]: [name: string, value: unknown]): ValidationIssue[] {
  const part = itemsOf(value).find(isPart);
  if (!part) return [];
  const what = part instanceof FormPart ? 'made by formPart' : 'a file';
  return [{ field, keyword: 'type', message: `${field} is ${what}, which this form has no parts for. Pass a text.` }];
}

/** What has its members behind methods, as a `FormData` or a `Map` has, would be a form without fields. */
function formIssues(value: unknown): ValidationIssue[] {
  const isList = Array.isArray(value) || typeof value === 'string';
  return !isList && (isPart(value) || Symbol.iterator in Object(value)) ? [noFields] : [];
}

/** Returns what the document says against a body, in which a text of the same length stands for bytes. */
function issuesOf(
  value: unknown,
  { operation }: Parameters<WriteBody>[1],
  { validateRequests }: Parameters<WriteBody>[2],
  kinds?: readonly string[],
): readonly ValidationIssue[] {
  if (value === undefined) return operation?.body?.required ? [missing] : [];
  const kind = typeof value === 'string' ? 'string' : bytesOf(value) || value instanceof Blob ? 'bytes' : typeof value;
  if (kinds && !kinds.includes(kind)) return [noBytes];
  if (!validateRequests || kind === 'bytes') return [];
  const issues: ValidationIssue[] = [];
  return [...writeField('', value, issues, () => operation?.validateRequest?.(standIn(value)) ?? []), ...issues];
}

const missing: ValidationIssue = { field: '', keyword: 'required', message: 'The request has no body. Pass one.' };
const noFields: ValidationIssue = {
  field: '',
  keyword: 'type',
  message:
    'The request body is no object of fields, as a FormData is none. Pass an object with a member for each field.',
};
const noBytes: ValidationIssue = {
  field: 'body',
  keyword: 'type',
  message: 'body is neither a text nor bytes. Pass a string, a Uint8Array or a Blob.',
};

function standIn(value: unknown): unknown {
  if (value instanceof FormPart) return standIn(value.value);
  const size = value instanceof Blob ? value.size : bytesOf(value)?.byteLength;
  if (size !== undefined) return 'x'.repeat(Math.min(size, standInMaxLength));
  if (Array.isArray(value)) return value.map(standIn);
  if (value instanceof Date) return value.toJSON();
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, standIn(member)]));
}
