import { expect, it } from 'vitest';
import type { Operation, WriteBody } from '../table-types.js';
import { formPart } from './form-part.js';
import { writeForm, writeLines, writeMultipart } from './write-body.js';

const circle: Record<string, unknown> = {};
circle.self = { again: circle };

function issuesOf(write: WriteBody, contentType: string, value: unknown, validateRequests = true) {
  const body = { contentType, required: true, emptyIsAbsent: [] };
  const operation = { ...{ operationId: 'send', method: 'POST', path: '/' }, parameters: [], body } as Operation;
  return write(value, { operation }, { validateRequests }).issues;
}

it.each<[writer: string, write: WriteBody, contentType: string, value: unknown, field: string]>([
  ['a form', writeForm, 'application/x-www-form-urlencoded', { a: '1', b: { c: 1n } }, 'b.c'],
  ['a form', writeForm, 'application/x-www-form-urlencoded', { a: circle }, 'a.self.again'],
  ['a form in parts', writeMultipart, 'multipart/form-data', { a: [{ b: 1n }] }, 'a.0.b'],
  ['a form in parts', writeMultipart, 'multipart/form-data', { a: circle }, 'a.self.again'],
  ['a part with headers', writeMultipart, 'multipart/form-data', { a: formPart({ b: 1n }, {}) }, 'a.b'],
  ['a list of parts', writeMultipart, 'multipart/mixed', [{ a: 1n }], 'a'],
  ['a part in an object', writeMultipart, 'multipart/form-data', { a: { b: formPart('c', {}) } }, 'a.b'],
  ['a part in an item', writeMultipart, 'multipart/form-data', { a: ['b', { c: [formPart('d', {})] }] }, 'a.1.c.0'],
  ['a part in a part', writeMultipart, 'multipart/form-data', { a: formPart({ b: formPart('c', {}) }, {}) }, 'a.b'],
  ['a part in a form', writeForm, 'application/x-www-form-urlencoded', { a: { b: formPart('c', {}) } }, 'a.b'],
  ['a part in lines', writeLines, 'application/jsonl', ['a', formPart('b', {})], '1'],
  ['lines', writeLines, 'application/jsonl', ['a', { b: 1n }], '1.b'],
  ['lines', writeLines, 'application/jsonl', [circle], '0.self.again'],
])('%s: what cannot be written is an issue that names it', (_, write, contentType, value, field) => {
  for (const isValidated of [true, false]) {
    const issues = issuesOf(write, contentType, value, isValidated);
    expect(issues).toMatchObject([{ field, keyword: 'type', message: expect.stringContaining(`${field} `) }]);
  }
});

it('what can be written is walked through for nothing', () => {
  let reads = 0;
  const value = {
    get a() {
      reads += 1;
      return ['b'];
    },
  };
  issuesOf(writeMultipart, 'multipart/form-data', { value }, false);
  expect(reads).toBe(1);
});

it('a BigInt is the text of a field', () => {
  const { text, issues } = writeForm({ a: 2n ** 64n }, { operation: undefined }, { validateRequests: true });
  expect({ text, issues }).toEqual({ text: 'a=18446744073709551616', issues: [] });
});

it('an error of the value itself is passed on', () => {
  const value = {
    get a() {
      throw new Error('mine');
    },
  };
  expect(() => issuesOf(writeForm, 'application/x-www-form-urlencoded', { value })).toThrow('mine');
});
