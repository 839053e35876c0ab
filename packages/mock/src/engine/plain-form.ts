import type { IHttpRequest } from '@stoplight/prism-http';
import { ApiError } from '../http/api-error.js';

const boundary = 'boundary-of-a-plain-form';

/**
 * Returns a request with its form in parts as plain as Prism's reader of them needs it: it dies of a file without a type, and
 * takes a header for another where their order or their quotes are others. A file is the text that it holds.
 *
 * @throws {ApiError} `ParameterInvalid`, where it is no form
 */
export async function withPlainForm(request: IHttpRequest): Promise<IHttpRequest> {
  const { headers = {}, body } = request;
  const type = headers['content-type'] ?? '';
  // Without a boundary Prism says what is missing.
  if (typeof body !== 'string' || !/^multipart\/form-data\s*;.*boundary=/i.test(type)) return request;
  const form = await new Response(body, { headers: { 'content-type': type } }).formData().catch(() => {
    throw new ApiError('ParameterInvalid', 'The request body is no form in parts, or breaks off.');
  });
  const parts = [...form].map(async ([name, value]) => {
    const text = typeof value === 'string' ? value : await value.text();
    return `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${text}\r\n`;
  });
  const plain = `${(await Promise.all(parts)).join('')}--${boundary}--\r\n`;
  return {
    ...request,
    headers: { ...headers, 'content-type': `multipart/form-data; boundary=${boundary}` },
    body: plain,
  };
}
