import type { Secrets } from '../app-secrets.js';
import { createCall, findNamed } from '../call/call.js';
import type { CallOptions } from '../call-options.js';
import { createClock } from '../clock-skew.js';
import type { Emit } from '../create-emitter.js';
import { optionChecks, refuseOption } from '../errors.js';
import { createFailover, toHost } from '../failover.js';
import type { CreateHttp, Http } from '../http/create-http.js';
import type { Parts } from '../pipeline/parts.js';
import { createPipeline } from '../pipeline/run-call.js';
import { createRateLimits } from '../pipeline/wait-for-permit.js';
import { createRedact } from '../redaction/safe-cause.js';
import { writeRequest } from '../request/write-request.js';
import type { Settings } from '../resolve-options.js';
import { performanceNow } from '../system-time.js';
import type { Operation } from '../table-types.js';
import type { Transport } from '../transport/transport.js';
import { createMethods } from './create-methods.js';

/** What differs from client to client beside its settings. */
interface ClientParts {
  readonly settings: Settings;
  readonly secrets: Secrets;
  readonly sign: Parts['sign'];
  readonly mayRepeat?: Parts['mayRepeat'];
  readonly transport: Transport;
  readonly emit: Emit;
  /** Left out for a client without `http`. */
  readonly createHttp?: CreateHttp | undefined;
}

/** A client of any API, apart from what it is called. */
interface AnyClient extends AsyncDisposable {
  readonly methods: Readonly<Record<string, (request?: unknown, options?: CallOptions) => Promise<unknown>>>;
  readonly http?: Http['client'];
  readonly rateLimit: { readonly check: (operationId: string, options?: Pick<CallOptions, 'priority'>) => void };
  readonly checkRequest: (operationId: string, request: unknown) => void;
  readonly close: () => Promise<void>;
}

/** Creates a client of the API that its settings name: its calls, its queue, and what ends both. */
export function createClient({
  settings,
  secrets,
  sign,
  mayRepeat,
  transport,
  emit,
  createHttp,
}: ClientParts): AnyClient {
  const { api, baseUrls, failoverCoolDownMs: coolDownMs, now } = settings;
  const redact = (text: string) => createRedact(secrets.known())(text);
  const onFailover = (from: string, to: string) => emit('failover', () => ({ from, to }));
  const rateLimits = createRateLimits(settings, performanceNow, emit, redact);
  const { send, close: disconnect, mayResend } = transport;
  const { run, idle } = createPipeline({
    settings,
    failover: createFailover(baseUrls.map(toHost), { coolDownMs, monotonicNow: performanceNow, onFailover }),
    secrets,
    sign,
    mayRepeat,
    clock: createClock(now, (offsetMs) => emit('clock', () => ({ offsetMs }))),
    rateLimits,
    emit,
    monotonicNow: performanceNow,
    random: Math.random,
    mayResend,
  });
  // A call that waits for its next attempt holds no connection, but will need one.
  const close = async (): Promise<void> => {
    rateLimits.stop();
    await idle();
    // Those under way may have waited for permits of their own.
    rateLimits.stop();
    await disconnect();
  };
  const http = createHttp?.({ settings, run, send, redact, monotonicNow: performanceNow });
  const operationNamed = (operationId: string): Operation =>
    findNamed(api, operationId) ??
    refuseOption('operationId', 'is no operation of the API. Pass the name of a method.');
  const callOf = (operation: Operation, options: Pick<CallOptions, 'priority'>) => {
    const { method, path } = operation;
    return createCall({ operation, method, path, send }, options, settings);
  };
  return {
    methods: createMethods({ settings, run, send, http }),
    ...(http && { http: http.client }),
    rateLimit: {
      check(operationId, options = {}) {
        optionChecks.checkNames(options, { priority: 0 });
        rateLimits.check(callOf(operationNamed(operationId), options));
      },
    },
    checkRequest(operationId, request) {
      const operation = operationNamed(operationId);
      writeRequest(operation, request, callOf(operation, {}), settings);
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
