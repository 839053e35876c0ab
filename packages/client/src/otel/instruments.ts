import type { Meter } from '@opentelemetry/api';
import type { NexconnEvent } from '../types.js';
import { httpAttributes, operationOf } from './attributes.js';

/** The boundaries that the semantic conventions name for request durations, in seconds. */
const explicitBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/** Creates the listener that turns events into metrics. */
export function createInstruments(meter: Meter): (event: NexconnEvent) => void {
  const duration = (name: string, description: string) =>
    meter.createHistogram(name, { description, unit: 's', advice: { explicitBucketBoundaries } });
  const counter = (name: string, description: string, unit: string) => meter.createCounter(name, { description, unit });

  const requests = duration('http.client.request.duration', 'Duration of each attempt.');
  const calls = duration('nexconn.client.call.duration', 'Duration of each call, waits and repetitions included.');
  const waits = duration(
    'nexconn.client.wait.duration',
    'Time that calls waited, for a permit or for their next attempt.',
  );
  const longTexts = counter(
    'nexconn.client.long_texts',
    'How often a result had a text longer than documented.',
    '{result}',
  );
  const failovers = counter('nexconn.client.failovers', 'How often calls moved to another host.', '{failover}');
  const rotations = counter('nexconn.client.rotations', 'How often the next App Secret took over.', '{rotation}');
  const clocks = counter('nexconn.client.clock_corrections', 'How often the clock was corrected.', '{correction}');
  const stores = counter('nexconn.client.rate_store_changes', 'How often the rate store came or went.', '{change}');
  const limits = meter.createGauge('nexconn.client.rate_limit', {
    description: 'The rate limit in force, since it is another one than this process was told, or no longer is.',
    unit: '{request}/s',
  });

  return function count(event) {
    switch (event.type) {
      case 'attempt':
        return requests.record(event.durationMs / 1000, httpAttributes(event));
      case 'call-end':
        return calls.record(event.durationMs / 1000, {
          'nexconn.operation': operationOf(event.call),
          'nexconn.priority': event.call.priority,
          ...(event.code !== undefined && { 'error.type': event.code }),
        });
      case 'wait':
        return waits.record(event.durationMs / 1000, {
          'nexconn.operation': operationOf(event.call),
          'nexconn.priority': event.call.priority,
          'nexconn.wait.reason': event.reason,
        });
      case 'long-text':
        return longTexts.add(1, { 'nexconn.operation': operationOf(event.call) });
      case 'failover':
        return failovers.add(1, { 'nexconn.failover.from': event.from, 'nexconn.failover.to': event.to });
      case 'rotation':
        return rotations.add(1);
      case 'clock':
        return clocks.add(1);
      case 'rate-store':
        // Its cause is another library's error, which may quote a connection string.
        return stores.add(1, { 'nexconn.rate_store.state': event.state });
      case 'rate-limit':
        return limits.record(event.perSecond, { 'nexconn.operation': event.operationId });
    }
  };
}
