import { expect, it } from 'vitest';
import { isBinary, isFormType, isJsonType, isLinesType } from './media-types.js';

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

it.each([
  [{ format: 'binary' }, true],
  [{ contentMediaType: 'image/png' }, true],
  [{ contentMediaType: 'application/octet-stream' }, true],
  [{ contentMediaType: 'image/png', contentEncoding: 'base64' }, false],
  [{ contentMediaType: 'text/csv; charset=utf-8' }, false],
  [{ contentMediaType: 'application/json' }, false],
  [{ contentMediaType: 'image/svg+xml' }, false],
  [{ contentMediaType: 4 }, false],
  [{ format: 'byte' }, false],
  [{}, false],
])('a text with %j is bytes: %s', (schema, expected) => {
  expect(isBinary(schema)).toBe(expected);
});
