import type { WireResponse } from '../transport/transport.js';

// `new Response` refuses a body with these.
const statusesWithoutBody = [204, 205, 304];

/** Makes a `Response` of one that has arrived; undefined where its status is none that a `Response` can have. */
export function toResponse({ status, statusText, headers, bytes }: WireResponse): Response | undefined {
  if (status < 200 || status > 599) return undefined;
  const list = Object.entries(headers).flatMap(([name, value]) =>
    (typeof value === 'object' ? value : [value ?? '']).map((each): [string, string] => [name, each]),
  );
  return new Response(statusesWithoutBody.includes(status) ? null : bytes, { status, statusText, headers: list });
}
