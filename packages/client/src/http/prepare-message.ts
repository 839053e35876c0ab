import type { Call } from '../call/call.js';
import { toHost } from '../failover.js';
import { checkBody } from '../request/check-body.js';
import type { Message } from '../request/message.js';
import { refuseIssues } from '../request/refuse-issues.js';
import { identify } from '../request/request-id.js';
import type { Settings } from '../resolve-options.js';

/**
 * Takes in what `openapi-fetch` and the middlewares made of a request, gives it an ID, and checks it.
 *
 * @throws {NexconnRequestError} INVALID_REQUEST
 */
export async function prepareMessage(request: Request, call: Call, settings: Settings): Promise<Message> {
  const { method, url } = request;
  const headers = Object.fromEntries(request.headers);
  headers['x-request-id'] = identify(headers['x-request-id'], call);
  const base = call.baseUrl ?? settings.baseUrls[0] ?? '';
  // A middleware may have sent it elsewhere altogether.
  const isElsewhere = !url.startsWith(`${base}/`);
  const { origin, pathname, search } = new URL(url);
  const place = isElsewhere
    ? { host: { origin, prefix: '' }, target: pathname + search }
    : { host: call.baseUrl === undefined ? undefined : toHost(call.baseUrl), target: url.slice(base.length) };
  const isJson = call.operation?.body && /[/+]json\b/i.test(headers['content-type'] ?? 'application/json');
  if (!isJson) {
    const body = request.body && new Uint8Array(await request.arrayBuffer());
    return { method, ...place, headers, body };
  }
  const { text, issues } = checkBody(await request.text(), call, settings);
  refuseIssues(issues, call);
  return { method, ...place, headers, body: text === '' ? null : text };
}
