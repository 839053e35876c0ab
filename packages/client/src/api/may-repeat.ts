import type { Call } from '../call/call.js';
import type { NexconnError } from '../errors.js';
import { codeOf } from '../response/attempt-error.js';
import type { HttpRequest } from '../transport/transport.js';

/** The calls that their caller has named by a key, so that the API carries each out once. */
const keyed = new WeakSet<Call>();

/** What says that no connection came about, so that nothing was sent. */
const unreached = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)$/;

/** The methods of OpenAPI that come to the same however often they are sent; of any other nobody knows. */
const idempotent = /^(GET|HEAD|PUT|DELETE|OPTIONS|TRACE|QUERY)$/;

/** Notes an `Idempotency-Key` among the headers of a call. */
export function noteKey({ headers }: HttpRequest, call: Call): void {
  if (Object.keys(headers).some((name) => name.toLowerCase() === 'idempotency-key')) keyed.add(call);
}

/** Whether a call that failed may be sent again: it changes no more than once would, or was refused before it changed anything. */
export function mayRepeat(call: Call, { code, status, cause }: NexconnError): boolean {
  if (idempotent.test(call.method) || keyed.has(call)) return true;
  return code === 'RATE_LIMITED' || status === 503 || (code === 'NETWORK' && unreached.test(codeOf(cause) ?? ''));
}
