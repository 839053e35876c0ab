import type { DocumentOperation } from './document-operations.js';

type Typed = Pick<DocumentOperation, 'bodyType'>;

const boundary = 'boundary-of-the-sweep';

/** Whether a body can be sent as what it is: a form has fields, and each of them is a text. */
export function isWritable({ bodyType }: Typed, body: unknown): boolean {
  if (isJson(bodyType)) return true;
  return isObject(body) && Object.values(body).every((value) => typeof value === 'string');
}

/** Writes a body as its operation takes it; a file of a form is a text in it. */
export function writeBody({ bodyType }: Typed, body: unknown): { body: string; headers: Record<string, string> } {
  const type = bodyType === 'multipart/form-data' ? `${bodyType}; boundary=${boundary}` : bodyType;
  return { headers: { 'Content-Type': type }, body: textOf(bodyType, body) };
}

function textOf(bodyType: string, body: unknown): string {
  if (isJson(bodyType)) return JSON.stringify(body);
  const fields = Object.entries(body as object).map(([name, value]) => [name, `${value}`] as [string, string]);
  if (bodyType !== 'multipart/form-data') return new URLSearchParams(fields).toString();
  const parts = fields.map(([name, value]) => {
    return `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
  });
  return `${parts.join('')}--${boundary}--\r\n`;
}

function isJson(bodyType: string): boolean {
  return bodyType === 'application/json';
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
