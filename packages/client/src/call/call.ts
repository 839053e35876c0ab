import type { CallOptions } from '../call-options.js';
import { nearestName, type OptionNames } from '../check-options.js';
import { optionChecks, refuseOption } from '../errors.js';
import type { Host } from '../failover.js';
import type { Permit } from '../rate-limit/permit-source.js';
import { checkMilliseconds, checkPriority, type Settings } from '../resolve-options.js';
import type { Api, Operation } from '../table-types.js';
import type { Send } from '../transport/transport.js';
import type { CallInfo, Fetch } from '../types.js';

/** One call as it passes through the pipeline. */
export interface Call {
  readonly api: Api;
  /** Undefined where the document has no such method and path. */
  readonly operation: Operation | undefined;
  /** In upper case. */
  readonly method: string;
  /** How messages name the call: its operationId, else method and path. */
  readonly title: string;
  readonly info: CallInfo;
  readonly send: Send;
  readonly timeoutMs: number;
  readonly deadlineMs: number;
  readonly signal: AbortSignal | undefined;
  readonly onPermit: CallOptions['onPermit'];
  readonly onAccepted: CallOptions['onAccepted'];
  /** The `X-Request-ID`; undefined until it is known. */
  requestId: string | undefined;
  /** The fields of the request that results are compared with; undefined where none are. */
  sent: Readonly<Record<string, unknown>> | undefined;
  /** How many have been made. */
  attempts: number;
  /** The right to send the present attempt, until that was used. */
  permit: Permit | undefined;
  /** The hosts that attempts have failed at. */
  failedAt: readonly Host[];
  /** An attempt that met with a kept connection which was closed by then is sent once more, and counts as one with that. */
  resend: 'due' | 'done' | undefined;
}

/** The call options among what a call of `nexconn.http` is given, and what `openapi-fetch` takes beside them. */
export interface Init extends CallOptions {
  readonly params?: Readonly<
    Partial<Record<'path' | 'query' | 'header' | 'cookie', Readonly<Record<string, unknown>>>>
  >;
  readonly body?: unknown;
  readonly headers?: object;
  readonly fetch?: Fetch;
  readonly parseAs?: string;
  readonly querySerializer?: object;
  readonly bodySerializer?: unknown;
  readonly pathSerializer?: unknown;
  readonly Request?: typeof globalThis.Request;
  readonly middleware?: readonly unknown[];
}

/** Where a call goes, and what sends it. */
type Target = Pick<Call, 'operation' | 'method' | 'send'> & Pick<Operation, 'path'>;

/** Returns the operation of the document at a path and a method, which is given in capitals. */
export function findOperation({ operations }: Api, method: string, path: string): Operation | undefined {
  return operations.find((each) => each.method.toUpperCase() === method && each.path === path);
}

/** Returns the operation of the document with this name. */
export function findNamed({ operations }: Api, operationId: string): Operation | undefined {
  return operations.find((each) => each.operationId === operationId);
}

/** The call options of an init, and the rest of it. */
export interface SplitInit {
  readonly options: CallOptions;
  readonly rest: Omit<Init, keyof CallOptions>;
}

/** Returns the call options apart from the rest of an init. */
export function splitInit({
  signal,
  timeoutMs,
  deadlineMs,
  priority,
  requestId,
  onPermit,
  onAccepted,
  ...rest
}: Init): SplitInit {
  return { options: { signal, timeoutMs, deadlineMs, priority, requestId, onPermit, onAccepted }, rest };
}

const callNames: OptionNames<CallOptions> = {
  signal: 0,
  timeoutMs: 0,
  deadlineMs: 0,
  priority: 0,
  requestId: 0,
  onPermit: 0,
  onAccepted: 0,
};

/** @throws {NexconnConfigurationError} INVALID_OPTION */
export function checkCallNames(options: CallOptions): void {
  optionChecks.checkNames(options, callNames);
}

/** What `fetch` and `openapi-fetch` take beside them, without a base URL: a signature is for the hosts of the client. */
const initNames = (
  'params body headers fetch parseAs querySerializer bodySerializer pathSerializer Request middleware method cache ' +
  'credentials integrity keepalive mode redirect referrer referrerPolicy window duplex dispatcher'
).split(' ');

/**
 * Refuses a base URL, and what looks misspelt, in an init; each runtime and framework adds names of its own to those of `fetch`.
 *
 * @throws {NexconnConfigurationError} INVALID_OPTION
 */
export function checkInitNames(rest: Omit<Init, keyof CallOptions>): void {
  if ('baseUrl' in rest && rest.baseUrl !== undefined) {
    refuseOption(
      'baseUrl',
      'is no option of a call. Create a client for each host: a call is signed for that of its client.',
    );
  }
  optionChecks.checkFunction('fetch', rest.fetch);
  for (const name of Object.keys(rest)) {
    const meant = initNames.includes(name) ? undefined : nearestName(name, [...Object.keys(callNames), ...initNames]);
    if (meant) refuseOption(name, `is no option. Did you mean ${meant}?`);
  }
}

/**
 * Creates a call from its own options and the client's defaults.
 *
 * @throws {NexconnConfigurationError} INVALID_OPTION
 */
export function createCall(
  { operation, method, path, send }: Target,
  { signal, timeoutMs, deadlineMs, priority, requestId, onPermit, onAccepted }: CallOptions,
  settings: Settings,
): Call {
  if (onPermit !== undefined) optionChecks.checkFunction('onPermit', onPermit);
  if (onAccepted !== undefined) optionChecks.checkFunction('onAccepted', onAccepted);
  return {
    api: settings.api,
    operation,
    method,
    title: operation?.operationId ?? `${method} ${path}`,
    info: {
      operationId: operation?.operationId,
      method,
      path,
      priority: priority === undefined ? 'interactive' : checkPriority(priority),
    },
    send,
    timeoutMs: timeoutMs === undefined ? settings.timeoutMs : checkMilliseconds('timeoutMs', timeoutMs),
    deadlineMs: deadlineMs === undefined ? settings.deadlineMs : checkMilliseconds('deadlineMs', deadlineMs),
    signal: checkSignal(signal),
    onPermit,
    onAccepted,
    requestId,
    sent: undefined,
    attempts: 0,
    permit: undefined,
    failedAt: [],
    resend: undefined,
  };
}

function checkSignal(signal: AbortSignal | undefined): AbortSignal | undefined {
  if (signal === undefined || typeof signal?.removeEventListener === 'function') return signal;
  return refuseOption('signal', 'is no AbortSignal. Pass that of an AbortController, or leave it out.');
}

/** Notes fields of a request that a result may have to repeat. */
export function noteSent(call: Call, fields: unknown, { checkEchoes }: Settings): void {
  if (!checkEchoes || !call.operation?.echoes) return;
  call.sent = { __proto__: null, ...call.sent, ...Object(fields) };
}
