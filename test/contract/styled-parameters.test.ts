import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadDocument } from '@nexconn-kit/document';
import { createMock, type Mock } from '@nexconn-kit/mock';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientOf } from './client-of.js';

const styles = {
  query: ['form', 'spaceDelimited', 'pipeDelimited', 'deepObject'],
  path: ['simple', 'label', 'matrix'],
};
const schemas = {
  list: { type: 'array', items: { type: 'integer' } },
  object: { type: 'object', properties: { a: { type: 'integer' }, b: { type: 'string' } } },
  number: { type: 'integer' },
  text: { type: 'string', maxLength: 8 },
};
const values: Record<keyof typeof schemas, unknown[]> = {
  list: [[1, 2], [5]],
  object: [{ a: 1, b: 'x' }, { b: 'y' }],
  number: [7, -7],
  text: ['a', 'a,b', 'a b;c=d', 'ä/%2C'],
};
interface Styled {
  readonly operationId: string;
  readonly title: string;
  readonly path: string;
  readonly kind: keyof typeof schemas;
  readonly parameter: object;
}

/** Each style with each `explode` that OpenAPI has for it, for each kind of value. */
const all = Object.entries(styles).flatMap(([place, names]) => {
  return names.flatMap((style) => [true, false, undefined].flatMap((explode) => styledOf(place, style, explode)));
});

function styledOf(place: string, style: string, explode: boolean | undefined): Styled[] {
  const kinds = (Object.keys(schemas) as (keyof typeof schemas)[]).filter((kind) => {
    if (style === 'deepObject') return kind === 'object' && explode !== false;
    // OpenAPI does not say how an object in these styles is exploded.
    return !style.endsWith('Delimited') || kind === 'list' || (kind === 'object' && explode !== true);
  });
  return kinds.map((kind) => {
    const title = `${kind} in ${place}, ${style}, explode ${explode}`;
    const operationId = title.replaceAll(/\W+/g, '');
    const path = `/${operationId}${place === 'path' ? '/{p}' : ''}`;
    const parameter = {
      ...{ name: 'p', in: place, required: true, style, schema: schemas[kind] },
      ...(explode !== undefined && { explode }),
    };
    return { operationId, title, path, kind, parameter };
  });
}

type Call = (request: { p: unknown }) => Promise<{ p: unknown }>;
let folder: string;
let mock: Mock;
let calls: Record<string, Call>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'styled-parameters-'));
  const paths = all.map(({ operationId, path, parameter, kind }) => {
    const schema = { type: 'object', properties: { p: { ...schemas[kind], 'x-mock': { echo: 'p' } } } };
    const responses = { 200: { description: 'It.', content: { 'application/json': { schema } } } };
    return [path, { get: { operationId, parameters: [parameter], responses } }];
  });
  const file = join(folder, 'openapi.json');
  const head = { openapi: '3.1.0', info: { title: 'Styles', version: '1' } };
  await writeFile(file, JSON.stringify({ ...head, paths: Object.fromEntries(paths) }));
  mock = createMock({ document: await loadDocument(file) });
  calls = await clientOf<Record<string, Call>>(file, 'http://127.0.0.1', (request) => mock.fetch(request));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe.each(all)('a $title', ({ operationId, kind }) => {
  it('comes to the mock as the client was given it', async () => {
    const call = calls[operationId] as Call;
    const echoed = await Promise.all(values[kind].map((p) => call({ p })));
    expect(echoed.map(({ p }) => p)).toEqual(values[kind]);
  });
});

describe.each([true, false, undefined])('an object in a header, explode %s', (explode) => {
  const name = 'X-Where';
  const file = () => join(folder, `header-${explode}.json`);
  const sent: (string | null)[] = [];
  let call: (request: object) => Promise<unknown>;

  beforeAll(async () => {
    const parameter = { name, in: 'header', schema: schemas.object, ...(explode !== undefined && { explode }) };
    const get = { operationId: 'find', parameters: [parameter], responses: { 204: { description: 'It.' } } };
    const document = { openapi: '3.1.0', info: { title: 'A header', version: '1' }, paths: { '/find': { get } } };
    await writeFile(file(), JSON.stringify(document));
    const played = createMock({ document: await loadDocument(file()) });
    const calls = await clientOf<{ find: typeof call }>(file(), 'http://127.0.0.1', (request) => {
      sent.push(request.headers.get(name));
      return played.fetch(request);
    });
    call = calls.find;
  });

  it('is written in the style of headers', async () => {
    await call({ [name]: { a: 1, b: 'x' } });
    expect(sent).toEqual([explode ? 'a=1,b=x' : 'a,1,b,x']);
  });

  it('is refused where a header cannot hold it', async () => {
    await expect(call({ [name]: { b: 'x\n' } })).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
  });
});

it.each([
  ['/listinpathsimpleexplodefalse/1,x', '/listinpathsimpleexplodetrue/x', '/listinpathlabelexplodetrue/.1.x'],
  ['/listinpathmatrixexplodefalse/;p=1,x', '/listinpathmatrixexplodetrue/;p=1;p=x', '/numberinpathlabelexplodetrue/.x'],
  [
    '/objectinpathsimpleexplodefalse/a,x',
    '/objectinpathsimpleexplodetrue/a=x',
    '/objectinpathlabelexplodetrue/.b=x.a=x',
  ],
  [
    '/objectinpathmatrixexplodetrue/;a=x;b=x',
    '/textinpathsimpleexplodefalse/a,b,c,d,e',
    '/numberinpathmatrixexplodetrue/;p=x',
  ],
  ['/objectinqueryspaceDelimitedexplodefalse?p=a%20x', '/objectinquerypipeDelimitedexplodefalse?p=a|x'],
  ['/listinqueryspaceDelimitedexplodeundefined?p=1%20x', '/listinquerypipeDelimitedexplodeundefined?p=1&p=x'],
])('a value that its schema refuses is one in every style: %s, %s', async (...paths) => {
  const answers = paths.map((path) => mock.fetch(new Request(`http://127.0.0.1${path}`)));
  expect((await Promise.all(answers)).map(({ status }) => status)).toEqual(paths.map(() => 422));
});
