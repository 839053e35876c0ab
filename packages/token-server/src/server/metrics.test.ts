import { NexconnError, NexconnRequestError } from '@nexconn-kit/client';
import { TokenServiceError } from '@nexconn-kit/token-service';
import { expect, test } from 'vitest';
import { createMetrics } from './metrics.js';

test('an answer is counted by route and status, in the buckets above its time, and a request under way until then', async () => {
  let nowMs = 0;
  const metrics = createMetrics(() => nowMs);
  const end = metrics.begin();
  metrics.begin();
  nowMs = 30;
  end('/access-token', 200);
  const lines = (await metrics.write()).split('\n');
  expect(lines).toEqual(
    expect.arrayContaining([
      '# TYPE nexconn_http_request_duration_seconds histogram',
      'nexconn_http_answers_total{route="/access-token",status="200"} 1',
      'nexconn_http_request_duration_seconds_bucket{route="/access-token",le="0.025"} 0',
      'nexconn_http_request_duration_seconds_bucket{route="/access-token",le="0.05"} 1',
      'nexconn_http_request_duration_seconds_sum{route="/access-token"} 0.03',
      'nexconn_http_requests_in_flight 1',
      'nexconn_tokens_served_total 0',
    ]),
  );
  expect(metrics.inFlight()).toBe(1);
});

test('a failure is counted by the code of the call to the API, where one was the reason', async () => {
  const metrics = createMetrics();
  const apiError = new NexconnError('No.', { code: 'NETWORK' });
  for (const error of [
    new TokenServiceError('Later.', { code: 'TRY_LATER', apiError }),
    new TokenServiceError('Later.', { code: 'QUEUE_FULL' }),
    new NexconnRequestError('No.', { code: 'REQUEST_REJECTED' }),
  ]) {
    metrics.onEvent({ type: 'issue-failed', userId: 'u1', reason: 'first', error });
  }
  const text = await metrics.write();
  expect(text.match(/^nexconn_issue_failures_total.*/gm)).toEqual([
    'nexconn_issue_failures_total{code="NETWORK"} 1',
    'nexconn_issue_failures_total{code="QUEUE_FULL"} 1',
    'nexconn_issue_failures_total{code="REQUEST_REJECTED"} 1',
  ]);
  expect(text).not.toContain('u1');
});
