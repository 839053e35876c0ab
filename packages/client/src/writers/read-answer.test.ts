import { expect, it } from 'vitest';
import type { ReadAnswer } from '../table-types.js';
import { readEvents, readLines } from './read-answer.js';

const read = (reader: ReadAnswer, text: string) =>
  reader({ status: 200, bytes: new TextEncoder().encode(text) }, undefined, {});

it.each<[text: string, values: unknown[]]>([
  ['{"a":1}\n[2]\r\n\n"three"', [{ a: 1 }, [2], 'three']],
  ['\x1e{"a":1}\n\x1e2\n', [{ a: 1 }, 2]],
  ['\x1e{\n"a": 1\n}\n\x1e2', [{ a: 1 }, 2]],
  ['', []],
])('the lines %j are JSON each', (text, values) => {
  expect(read(readLines, text)).toEqual([values, true]);
});

it.each(['\x1e1\n\x1e{"a"', '{"a":1}\n{"a"', '{\n  "a": 1\n}', '<p>Hi</p>'])('the lines %j are not', (text) => {
  expect(read(readLines, text)).toBe('a body that is no list of JSON values');
});

// Of the HTML standard, "Interpreting an event stream".
it.each<[text: string, events: object[]]>([
  ['data: YHOO\ndata: +2\ndata: 10\n\n', [{ data: 'YHOO\n+2\n10' }]],
  [
    ': test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n',
    [{ data: 'first event', id: '1' }, { data: 'second event', id: '' }, { data: ' third event' }],
  ],
  ['data\n\ndata\ndata\n\ndata:', [{ data: '' }, { data: '\n' }]],
  ['event: a\r\ndata: {"b":1}\r\nretry: 10\r\n\r\nevent: c\r\n\r\n', [{ event: 'a', data: '{"b":1}', retry: 10 }]],
  [
    '\uFEFFdata: a\n\r\ndata: b\r\n\ndata: c\r\rdata: d\nid: e\0\n\nid: f\ndata: g\n',
    ['a', 'b', 'c', 'd'].map((data) => ({ data })),
  ],
])('the events %j', (text, events) => {
  expect(read(readEvents, text)?.[0]).toEqual(events);
});

it('what another status than that of the documented result has is taken as it is', () => {
  const answerOf = (type: string, text: string) => {
    return { status: 202, headers: { 'content-type': type }, bytes: new TextEncoder().encode(text) };
  };
  const operation = { successStatus: 200 };
  const job = { job: 1 };
  for (const reader of [readLines, readEvents]) {
    expect(reader(answerOf('application/json', '{"job":1}'), job, operation)).toEqual([job]);
  }
  expect(readLines(answerOf('application/jsonl', '{"other":1}'), undefined, operation)).toEqual([
    [{ other: 1 }],
    false,
  ]);
  expect(readEvents(answerOf('text/event-stream', 'data: a\n\n'), undefined, operation)).toEqual([
    [{ data: 'a' }],
    false,
  ]);
});

it('an answer that is no stream of events is not read as none', () => {
  const readAs = (type: string) =>
    readEvents(
      { status: 200, headers: { 'content-type': type }, bytes: new TextEncoder().encode('<p>Hi</p>') },
      undefined,
      {},
    );
  expect(readAs('text/html; charset=utf-8')).toBe('a body that is no stream of events');
  expect(readAs('text/event-stream;charset=utf-8')).toEqual([[], true]);
});
