import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadDocument } from '@nexconn-kit/document';
import { createMock } from '@nexconn-kit/mock';
import { describe, expect, it } from 'vitest';

const document = `
openapi: 3.1.0
info: { title: Names that each object has, version: 1.0.0 }
paths:
  /a/{constructor}/{__proto__}:
    parameters:
      - { name: constructor, in: path, required: true, schema: { type: string, minLength: 2 } }
      - { name: __proto__, in: path, required: true, schema: { type: integer } }
      - { name: toString, in: query, required: true, schema: { type: integer } }
      - { name: constructor, in: query, schema: { type: integer } }
      - { name: hasOwnProperty, in: header, schema: { type: integer } }
    get:
      operationId: get
      responses: { '200': { description: Done, content: { application/json: { example: { ok: true } } } } }
`;

async function play(target: string, headers: Record<string, string> = {}): Promise<[number, unknown]> {
  const folder = await mkdtemp(join(tmpdir(), 'names-'));
  try {
    const path = join(folder, 'openapi.yaml');
    await writeFile(path, document);
    const mock = createMock({ document: await loadDocument(path) });
    const answer = await mock.fetch(new Request(`http://mock.test${target}`, { headers }));
    const { ok, validation } = (await answer.json()) as { ok?: true; validation?: { message: string }[] };
    return [answer.status, ok ?? validation?.map(({ message }) => message)];
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe('parameters with names that each object has', () => {
  it('are taken where they are good', async () => {
    expect(await play('/a/xx/5?toString=3')).toEqual([200, true]);
    expect(await play('/a/xx/5?toString=3&constructor=4', { hasOwnProperty: '1' })).toEqual([200, true]);
  });

  it.each([
    ['/a/x/5?toString=3', {}, /^Request path parameter constructor must NOT have fewer/],
    ['/a/xx/y?toString=3', {}, /^Request path parameter __proto__ must be integer/],
    ['/a/xx/5', {}, /^Request query must have required property 'tostring'/],
    ['/a/xx/5?toString=z', {}, /^Request query parameter tostring must be integer/],
    ['/a/xx/5?toString=3&constructor=z', {}, /^Request query parameter constructor must be integer/],
    ['/a/xx/5?toString=3', { hasOwnProperty: 'z' }, /^Request header parameter hasownproperty must be integer/],
  ])('are refused by their own name: %s', async (target, headers, message) => {
    expect(await play(target, headers)).toEqual([422, [expect.stringMatching(message)]]);
  });
});
