import { describe, expect, it } from 'vitest';
import type { Json } from '../json/types.js';
import { findNodes } from './find-nodes.js';
import { JsonPathError } from './json-path.js';
import { parseJsonPath } from './parse-json-path.js';

const document: Json = {
  paths: {
    '/a': { get: { operationId: 'a', tags: ['x', 'y'], n: 1 }, post: { operationId: 'b', deprecated: true, n: 2 } },
    '/b': { get: { operationId: 'c', tags: [], n: 10 } },
  },
  servers: [{ url: 'one' }, { url: 'two' }, { url: 'three' }],
  "it's": { ü: null },
};

const found = (path: string): Json[] => findNodes(document, parseJsonPath(path)).map(({ value }) => value);

describe('a JSONPath finds', () => {
  it.each<[what: string, path: string, values: Json[]]>([
    ['the document', '$', [document]],
    ['names and what is in brackets', "$.paths['/a'].get['operationId']", ['a']],
    ['a name with its quote', '$["it\'s"].ü', [null]],
    ['a name that is escaped', "$['it\\'s']['\\u00fc']", [null]],
    ['all members', '$.servers[*].url', ['one', 'two', 'three']],
    ['an item, also from the end', '$.servers[0, -1].url', ['one', 'three']],
    ['a slice', '$.servers[1:].url', ['two', 'three']],
    ['a slice that goes back', '$.servers[::-2].url', ['three', 'one']],
    ['what is anywhere below', '$..operationId', ['a', 'b', 'c']],
    ['what has a member', '$.paths.*[?@.deprecated].operationId', ['b']],
    ['what has none', '$.paths.*[?!@.deprecated].operationId', ['a', 'c']],
    ['what is compared', '$.paths.*[?@.n > 1 && @.n <= 10].operationId', ['b', 'c']],
    ['what is equal to a text', "$..[?@.url == 'two']", [{ url: 'two' }]],
    ['what differs from nothing', '$.paths.*[?@.tags != @.none].operationId', ['a', 'c']],
    ['how long it is', '$.paths.*[?length(@.tags) == 2 || count(@.*) == 0].operationId', ['a']],
    ['what matches as a whole', "$.servers[?match(@.url, 't.*')].url", ['two', 'three']],
    ['what has a match in it', "$.servers[?search(@.url, 'e$')].url", ['one', 'three']],
    ['the value of one node', "$.servers[?value(@..url) == 'one'].url", ['one']],
    ['nothing where nothing is', '$.none[0].x', []],
  ])('%s: %s', (_, path, values) => {
    expect(found(path)).toEqual(values);
  });

  it('nodes with their keys', () => {
    expect(findNodes(document, parseJsonPath('$.servers[-1].url'))).toEqual([
      { value: 'three', keys: ['servers', 2, 'url'] },
    ]);
  });
});

it.each<[path: string, at: number, words: RegExp]>([
  ['paths', 0, /begins with \$/],
  ['$.', 2, /a name or \*/],
  ['$.a[', 4, /belongs in brackets/],
  ['$[01]', 3, /\] is missing/],
  ["$['a]", 5, /is missing at the end/],
  ['$[?1]', 4, /has to be compared/],
  ['$[?@.* == 1]', 11, /only a value can be compared/],
  ['$[?nothing(@)]', 10, /no function nothing/],
  ['$[?length(@)]', 12, /has to be compared/],
  ['$[?match(@)]', 11, /takes 2 arguments/],
  ['$ ', 1, /nothing belongs there/],
])('%s is none, told at character %d', (path, at, words) => {
  const thrown = (): unknown => parseJsonPath(path);
  expect(thrown).toThrow(JsonPathError);
  expect(thrown).toThrow(expect.objectContaining({ at, message: expect.stringMatching(words) }));
});
