import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DocumentError, loadDocument } from '@nexconn-kit/document';
import { generateApi } from '@nexconn-kit/generator';
import { createMock } from '@nexconn-kit/mock';
import { afterAll, beforeAll, expect, it } from 'vitest';

type Node = { [key: string]: Node } | Node[] | string | number | boolean | null;

const json = (schema: Node) => ({ 'application/json': { schema } });

/** A small document with what Prism reads of one: parameters of each style, schemes, callbacks, links, lists and errors. */
const document: Node = {
  openapi: '3.1.0',
  info: { title: 'Boats', version: '1' },
  paths: {
    '/boats': {
      post: {
        security: [{ key: ['read'] }],
        parameters: [
          { name: 'where', in: 'query', style: 'deepObject', schema: { properties: { port: { type: 'string' } } } },
          { name: 'X-Tags', in: 'header', content: json({ type: 'array' }) },
        ],
        requestBody: { content: json({ type: 'object', properties: { name: { type: 'string', minLength: 1 } } }) },
        responses: {
          200: {
            description: 'Done.',
            headers: { 'X-Count': { schema: { type: 'integer' } } },
            content: json({ allOf: [{ $ref: '#/components/schemas/Boat' }, { required: ['name'] }] }),
            links: { self: { operationId: 'find' } },
          },
          default: { description: 'No.', content: json({ type: 'object', properties: { why: { type: 'string' } } }) },
        },
        callbacks: { done: { '{$request.body#/url}': { post: { responses: { 200: { description: 'Done.' } } } } } },
      },
      get: { security: [{ token: [] }], responses: { 204: { description: 'None.' } } },
    },
  },
  components: {
    schemas: { Boat: { properties: { name: { type: 'string' }, crew: { type: 'array', items: { type: 'string' } } } } },
    securitySchemes: {
      key: { type: 'apiKey', in: 'header', name: 'X-Key' },
      token: { type: 'http', scheme: 'bearer' },
    },
  },
};

/** What stands in the place of a node, by turns. */
const values: readonly Node[] = [null, [], null, {}, null, '', null, 0, null, true];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'broken-documents-'));
});
afterAll(() => rm(folder, { recursive: true }));

it('a document that is wrong anywhere is refused in words, or what is left of it is played', async () => {
  const failures: string[] = [];
  for (const [index, path] of pathsIn(document).entries()) {
    const value = values[index % values.length] as Node;
    const text = JSON.stringify(withValue(document, path, value));
    const failure = await failureOf(text, value === null ? '' : 'dynamic=true');
    if (failure !== undefined) failures.push(`${path.join('/')} = ${JSON.stringify(value)}: ${failure}`);
  }
  expect(failures).toEqual([]);
});

it.each<[place: string, value: Node, message: string]>([
  ['paths./boats.post.responses.200.content', 5, 'content is a number.'],
  ['paths./boats.post.responses.200.content.application/json.schema', 'x', 'There is a text where a schema belongs.'],
  ['components.schemas.Boat.properties', [], 'properties is a list.'],
  ['components.schemas.Boat.properties.crew.items', 0, 'There is a number where a schema belongs.'],
  ['paths./boats.post.callbacks.done', true, 'done is a boolean.'],
  ['paths./boats.post.security.0.key', {}, 'POST /boats is left out: The scopes of key in security are no list.'],
  [
    'components.securitySchemes.token.scheme',
    null,
    'GET /boats is left out: The security scheme token has no scheme that is a text.',
  ],
])('at %s the value %j is told', async (place, value, message) => {
  const loaded = await load(JSON.stringify(withValue(document, place.split('.'), value)));
  expect(loaded.warnings.map((warning) => warning.message)).toContain(message);
});

it.each(['allOf', 'anyOf', 'oneOf'])(
  'a schema that is made by %s of others on a million ways is played as any other',
  async (keyword) => {
    const schemas = Object.fromEntries(
      Array.from({ length: 24 }, (_, level) => {
        const next = { $ref: `#/components/schemas/Level${level + 1}` };
        return [`Level${level}`, { [keyword]: [next, next] }];
      }),
    );
    const id = { type: 'integer', readOnly: true };
    schemas.Level24 = { type: 'object', required: ['id'], properties: { id } } as never;
    const content = json({ $ref: '#/components/schemas/Level0' });
    const post = {
      operationId: 'add',
      requestBody: { content },
      responses: { 200: { description: 'Done.', content } },
    };
    const ask = await play({ ...document, paths: { '/boats': { post } }, components: { schemas } });
    // What fits one of two equal shapes fits the other too.
    const isRefused = keyword === 'oneOf';
    expect((await ask('{}')).status).toBe(isRefused ? 422 : 200);
    expect((await ask('5')).status).toBe(422);
    const generated = await generateApi({ document: join(folder, 'openapi.json'), out: join(folder, 'api') });
    expect(generated.warnings).toEqual([]);
  },
);

it('a choice of exactly one that has a schema twice, on a million ways, is played as any other', async () => {
  const named = (name: string): Node => ({
    type: 'object',
    required: [name],
    properties: { [name]: { type: 'integer' } },
  });
  const schemas: Record<string, Node> = { Level20: named('deepest') };
  for (let level = 0; level < 20; level += 1) {
    const next = { $ref: `#/components/schemas/Level${level + 1}` };
    schemas[`Level${level}`] = { oneOf: [next, named(`of${level}`), next], not: named('never') };
  }
  const content = json({ $ref: '#/components/schemas/Level0' });
  const post = { operationId: 'add', requestBody: { content }, responses: { 200: { description: 'Done.', content } } };
  const ask = await play({ ...document, paths: { '/boats': { post } }, components: { schemas } });
  // What fits the one that is there twice fits two; the one of the next level is there twice itself.
  const verdicts = {
    '{"of0":1}': 200,
    '{"of1":1}': 422,
    '{"of0":1,"of1":1}': 422,
    '{"of0":1,"never":1}': 422,
    '{}': 422,
  };
  for (const [body, status] of Object.entries(verdicts))
    expect([body, (await ask(body)).status]).toEqual([body, status]);
});

it.each(['allOf', 'anyOf', 'oneOf'])('a schema that is made of itself by %s is played', async (keyword) => {
  const itself = { $ref: '#/components/schemas/Boat' };
  const Boat = { type: 'object', [keyword]: [itself], properties: { tender: itself } };
  for (const Both of [Boat, { ...Boat, allOf: [itself] }]) {
    const content = json(itself);
    const post = {
      operationId: 'add',
      requestBody: { content },
      responses: { 200: { description: 'Done.', content } },
    };
    const ask = await play({ ...document, paths: { '/boats': { post } }, components: { schemas: { Boat: Both } } });
    for (const prefer of ['', 'dynamic=true']) {
      const answer = await ask('{}', prefer);
      expect([answer.status, typeof (await answer.json())]).toEqual([200, 'object']);
    }
  }
});

/** Plays a document, and returns what asks its first operation. */
async function play(broken: Node): Promise<(body: string, prefer?: string) => Promise<Response>> {
  const mock = createMock({ document: await load(JSON.stringify(broken)) });
  return (body, prefer = '') => {
    const headers = { 'content-type': 'application/json', prefer };
    return mock.fetch(new Request('http://mock.test/boats', { method: 'POST', headers, body }));
  };
}

async function load(text: string) {
  const path = join(folder, 'openapi.json');
  await writeFile(path, text);
  return loadDocument(path);
}

/** Returns how a document fails that is neither refused in words nor played; undefined for others. */
async function failureOf(text: string, Prefer: string): Promise<string | undefined> {
  try {
    const loaded = await load(text);
    const mock = createMock({ document: loaded });
    for (const { path, method } of Object.values(loaded.operations)) {
      const headers = { 'content-type': 'application/json', 'x-key': 'k', authorization: 'Bearer t', Prefer };
      const body = method === 'POST' ? '{"name":"Ada"}' : null;
      const answer = await mock.fetch(new Request(`http://mock.test${path}?where[port]=a`, { method, headers, body }));
      if (answer.status >= 500) return `${method} ${answer.status}`;
    }
    return undefined;
  } catch (error) {
    return error instanceof DocumentError ? undefined : String(error);
  }
}

function pathsIn(node: Node, path: readonly string[] = []): (readonly string[])[] {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) => [[...path, key], ...pathsIn(value, [...path, key])]);
}

function withValue(node: Node, [key = '', ...rest]: readonly string[], value: Node): Node {
  const copy = structuredClone(node) as Record<string, Node>;
  copy[key] = rest.length === 0 ? value : withValue(copy[key] as Node, rest, value);
  return copy;
}
