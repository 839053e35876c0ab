import type { ValidationIssue } from '@nexconn-kit/contract';
import type { WriteBody } from '../table-types.js';

/** The longest text that stands for bytes where a schema is asked about them. */
const standInMaxLength = 1_000_000;

/** Checks and writes the fields of a form in a URL's encoding. */
export const writeForm: WriteBody = (value, call, settings) => {
  const issues = issuesOf(value, call, settings);
  const form = new URLSearchParams();
  for (const [name, item] of issues.length === 0 ? fieldsOf(value) : []) form.append(name, textOf(item));
  return { text: String(form), issues };
};

/** Checks and writes the fields and files of a form in parts. */
export const writeMultipart: WriteBody = (value, call, settings) => {
  const issues = issuesOf(value, call, settings);
  if (issues.length > 0 || value === undefined) return { text: '', issues };
  const form = new FormData();
  for (const [name, item] of fieldsOf(value)) {
    const bytes = bytesOf(item);
    if (item instanceof Blob) form.append(name, item);
    else if (bytes) form.append(name, new Blob([bytes]));
    else form.append(name, textOf(item));
  }
  return { text: ' ', issues, finish: () => read(new Response(form)) };
};

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
  return { text: bytesOf(value) ?? (value === undefined ? '' : textOf(value)), issues };
};

async function read(response: Response): Promise<{ bytes: Uint8Array<ArrayBuffer>; contentType: string }> {
  const contentType = response.headers.get('content-type') ?? '';
  return { bytes: new Uint8Array(await response.arrayBuffer()), contentType };
}

/** Returns the bytes of a buffer or a view of one; undefined for what is none. */
function bytesOf(value: unknown): Uint8Array<ArrayBuffer> | undefined {
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  if (!ArrayBuffer.isView(value)) return undefined;
  return new Uint8Array(value.buffer as ArrayBuffer, value.byteOffset, value.byteLength);
}

function textOf(value: unknown): string {
  const toJSON: unknown = Reflect.get(Object(value), 'toJSON');
  const plain: unknown = typeof toJSON === 'function' ? toJSON.call(value) : value;
  return typeof plain === 'object' && plain !== null ? JSON.stringify(plain) : String(plain);
}

/** Returns each field of a form with its value; a list is one field for each item. */
function fieldsOf(value: unknown): [name: string, value: unknown][] {
  return Object.entries(Object(value) as object).flatMap(([name, given]): [string, unknown][] => {
    const items: readonly unknown[] = Array.isArray(given) ? given : [given];
    return items.filter((item) => item !== undefined && item !== null).map((item) => [name, item]);
  });
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
  return validateRequests && kind !== 'bytes' ? (operation?.validateRequest?.(standIn(value)) ?? []) : [];
}

const missing: ValidationIssue = { field: '', keyword: 'required', message: 'The request has no body. Pass one.' };
const noBytes: ValidationIssue = {
  field: 'body',
  keyword: 'type',
  message: 'body is neither a text nor bytes. Pass a string, a Uint8Array or a Blob.',
};

function standIn(value: unknown): unknown {
  const size = value instanceof Blob ? value.size : bytesOf(value)?.byteLength;
  if (size !== undefined) return 'x'.repeat(Math.min(size, standInMaxLength));
  if (Array.isArray(value)) return value.map(standIn);
  if (value instanceof Date) return value.toJSON();
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, standIn(member)]));
}
