import { expect, it } from 'vitest';
import { isFormType, isJsonType, isLinesType } from './media-types.js';

const kinds = { json: isJsonType, lines: isLinesType, form: isFormType };

it.each<[mediaType: string, kind: string | undefined]>([
  ['application/json', 'json'],
  ['Application/JSON ; charset=utf-8', 'json'],
  ['application/problem+json;v=1', 'json'],
  ['text/json', 'json'],
  ['application/jsonp', undefined],
  ['text/plain; note=application/json', undefined],
  ['application/jsonl', 'lines'],
  ['application/x-ndjson ;charset=utf-8', 'lines'],
  ['application/geo+json-seq', 'lines'],
  ['multipart/form-data; boundary=a', 'form'],
  ['application/x-www-form-urlencoded', 'form'],
  ['multipart/mixed', undefined],
  ['text/event-stream', undefined],
])('%s is %s', (mediaType, kind) => {
  const found = Object.entries(kinds).flatMap(([name, is]) => (is(mediaType) ? [name] : []));
  expect(found).toEqual(kind === undefined ? [] : [kind]);
});
