import { expect, it } from 'vitest';
import { createExchanges, type Exchanges, maxKeptBytes } from './exchanges.js';

function keep(exchanges: Exchanges, id: number, { body = '{}', answer = '{}', header = 'x' } = {}): void {
  const request = { method: 'POST', path: '/', query: new URLSearchParams(), headers: { 'x-it': header } };
  exchanges.keep(id, request, Buffer.from(body), { status: 200, headers: {}, body: answer }, undefined);
}

it('keeps the last ones, and forgets the oldest', () => {
  const exchanges = createExchanges(2);
  for (const id of [1, 2, 3]) keep(exchanges, id);
  expect([1, 2, 3].map((id) => exchanges.find(id) !== undefined)).toEqual([false, true, true]);
});

it('keeps fewer where they are large', () => {
  const exchanges = createExchanges(100, 50_000);
  for (let id = 1; id <= 10; id += 1) keep(exchanges, id, { header: 'h'.repeat(10_000) });
  expect(Array.from({ length: 10 }, (_unused, at) => at + 1).filter((id) => exchanges.find(id))).toEqual([9, 10]);
});

it('keeps the beginning of a long body and of a long answer, and their sizes', () => {
  const exchanges = createExchanges();
  keep(exchanges, 1, { body: 'b'.repeat(60_000), answer: 'ä'.repeat(20_000) });
  const kept = exchanges.find(1);
  expect(kept?.body.byteLength).toBe(maxKeptBytes);
  expect(kept?.bodyBytes).toBe(60_000);
  expect(kept?.answer.body.length).toBe(maxKeptBytes);
  expect(kept?.answerBytes).toBe(40_000);
});

it('keeps none that no client sends, and none at all where it is told so', () => {
  const exchanges = createExchanges();
  keep(exchanges, 1, { header: 'h'.repeat(100_000) });
  expect(exchanges.find(1)).toBeUndefined();
  const nothing = createExchanges(0);
  keep(nothing, 1);
  expect(nothing.find(1)).toBeUndefined();
});

it.each([-1, 1.5, Number.NaN, 100_001])('refuses to keep %d of them', (capacity) => {
  expect(() => createExchanges(capacity)).toThrow('keptExchanges');
});

it('is not changed by who writes on the buffer that was read', () => {
  const exchanges = createExchanges();
  const body = Buffer.from('{"a":1}');
  const request = { method: 'POST', path: '/', query: new URLSearchParams(), headers: {} };
  exchanges.keep(1, request, body, { status: 200, headers: {}, body: '' }, undefined);
  body.fill(0);
  expect(Buffer.from(exchanges.find(1)?.body ?? []).toString()).toBe('{"a":1}');
});
