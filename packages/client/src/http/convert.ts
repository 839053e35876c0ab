import type { Call } from '../call/call.js';
import { resolveBaseUrl } from '../options/hosts.js';
import { checkBody } from '../request/check-body.js';
import { checkHeaders, identify, refuseIssues } from '../request/check-parameters.js';
import type { Settings } from '../resolve-options.js';
import type { HttpRequest, HttpResponse } from '../transport/transport.js';

/**
 * Returns what `openapi-fetch` and the middlewares made of a request, checked and with an ID.
 *
 * @throws {NexconnRequestError} INVALID_REQUEST
 * @throws {NexconnConfigurationError} INVALID_OPTION where it would go over an unencrypted connection
 */
export async function fromRequest(request: Request, call: Call, settings: Settings): Promise<HttpRequest> {
  // `openapi-fetch` has written it in capitals, unless a middleware has another.
  const method = request.method === call.method.toUpperCase() ? call.method : request.method;
  const headers = Object.fromEntries([...request.headers].filter(([name]) => !settings.api.isOwnHeader(name)));
  refuseIssues(checkHeaders(Object.entries(headers)), call);
  headers['x-request-id'] = identify(headers['x-request-id'], call);
  const target = targetOf(request.url, settings);
  const isJson = call.operation?.body && /[/+]json\b/i.test(headers['content-type'] ?? 'application/json');
  if (!isJson) {
    const body = request.body && new Uint8Array(await request.arrayBuffer());
    return { ...target, method, headers, body };
  }
  const { text, issues } = checkBody(await request.text(), call, settings);
  refuseIssues(issues, call);
  return { ...target, method, headers, body: text === '' ? null : text };
}

/**
 * Returns where a request goes. Its origin is empty, so that failover picks a host of the client, unless a middleware has
 * sent it elsewhere, where it goes no less encrypted than to a host of the client.
 */
function targetOf(url: string, { baseUrls, dangerouslyAllowHttp }: Settings): Pick<HttpRequest, 'origin' | 'path'> {
  const base = baseUrls[0] ?? '';
  if (url.startsWith(`${base}/`)) return { origin: '', path: url.slice(base.length) };
  const { origin, pathname, search } = new URL(url);
  resolveBaseUrl(origin, dangerouslyAllowHttp, 'request.url');
  return { origin, path: pathname + search };
}

/** Statuses with which `new Response` refuses a body. */
const statusesWithoutBody = [204, 205, 304];

/** Returns what has arrived as a `Response`; undefined for a status that `Response` refuses, such as 101 or 999. */
export function toResponse({ status, statusText, headers, bytes }: HttpResponse): Response | undefined {
  if (status < 200 || status > 599) return undefined;
  const list = Object.entries(headers).flatMap(([name, value]) =>
    (typeof value === 'object' ? value : [value ?? '']).map((each): [string, string] => [name, each]),
  );
  const body = statusesWithoutBody.includes(status) ? null : (bytes ?? null);
  return new Response(body, { status, statusText, headers: list });
}
