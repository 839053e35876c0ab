import { type MeterProvider, metrics, type TracerProvider, trace } from '@opentelemetry/api';
import { subscribe } from '#platform';
import type { OptionNames } from '../check-options.js';
import { NexconnConfigurationError, optionChecks, refuseOption } from '../errors.js';
import type { NexconnEvent } from '../types.js';
import { createInstruments } from './instruments.js';
import { createSpans } from './spans.js';

/** Where spans and metrics go. */
export interface ObserveNexconnOptions {
  /** Default: the provider that is registered globally, now or later. */
  readonly tracerProvider?: TracerProvider | undefined;
  /** Default: the provider that is registered globally by now. */
  readonly meterProvider?: MeterProvider | undefined;
}

/** What turns the events of clients into spans and metrics; an event that arrives both ways counts once. */
export interface NexconnObserver {
  /** The client's option of the same name, for every runtime. */
  readonly onEvent: (event: NexconnEvent) => void;
  /**
   * Listens to all clients of this process, on Node, through the channels `nexconn:*` of `diagnostics_channel`; returns
   * the function that ends it.
   *
   * @throws {NexconnConfigurationError} INVALID_OPTION where the client publishes on no channel
   */
  readonly subscribe: () => () => void;
}

const names: OptionNames<ObserveNexconnOptions> = { tracerProvider: 0, meterProvider: 0 };
const scope = '@nexconn-kit/client';

/**
 * Creates an observer of calls: a span for each, with one child for each attempt, and metrics of their number and duration.
 *
 * No attribute holds a secret, token, signature or parameter of a call.
 *
 * @throws {NexconnConfigurationError} INVALID_OPTION
 * @example
 * const { onEvent } = observeNexconn();
 * const nexconn = createNexconnClient({ appKey, appSecret, region: 'sg', onEvent });
 */
export function observeNexconn(options: ObserveNexconnOptions = {}): NexconnObserver {
  optionChecks.checkNames(options, names);
  const { tracerProvider, meterProvider } = options;
  if (tracerProvider) optionChecks.checkFunction('tracerProvider.getTracer', tracerProvider.getTracer ?? null);
  if (meterProvider) optionChecks.checkFunction('meterProvider.getMeter', meterProvider.getMeter ?? null);
  const trackSpans = createSpans(tracerProvider ? tracerProvider.getTracer(scope) : trace.getTracer(scope));
  const count = createInstruments(meterProvider ? meterProvider.getMeter(scope) : metrics.getMeter(scope));
  const seen = new WeakSet<NexconnEvent>();

  function onEvent(event: NexconnEvent): void {
    if (typeof event?.type !== 'string') refuseOption('event', 'is none of a client. Pass those of onEvent.');
    if (seen.has(event)) return;
    seen.add(event);
    trackSpans(event);
    count(event);
  }

  return {
    onEvent,
    subscribe: () => subscribe('observeNexconn', onEvent) ?? refuseToSubscribe(),
  };
}

function refuseToSubscribe(): never {
  throw new NexconnConfigurationError(
    'On this runtime the client publishes on no diagnostics channel. Pass onEvent to createNexconnClient instead.',
    { code: 'INVALID_OPTION', option: 'onEvent' },
  );
}
