import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formPart } from '@nexconn-kit/client/api';
import { loadDocument } from '@nexconn-kit/document';
import { createMock } from '@nexconn-kit/mock';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientOf } from './client-of.js';

const text = { type: 'string' };
const whole = { type: 'integer' };
const point = { type: 'object', properties: { x: whole, label: text } };
const texts = { type: 'array', items: text };
const properties = {
  title: text,
  count: whole,
  isOn: { type: 'boolean' },
  none: { type: ['integer', 'null'] },
  tags: texts,
  point,
  points: { type: 'array', items: point },
  noted: text,
  jsonList: texts,
  comma: texts,
  numbers: { type: 'array', items: whole },
  spaces: texts,
  pipes: texts,
  members: { type: 'object', properties: { a: text, b: whole } },
  flat: { type: 'object', properties: { c: text, d: whole } },
  piped: { type: 'object', properties: { e: text, f: whole } },
  deep: { type: 'object', properties: { g: text, h: { type: 'object', properties: { i: whole, j: texts } } } },
  reserved: text,
};
const contentTypes = {
  noted: { contentType: 'application/json' },
  jsonList: { contentType: 'application/json' },
  point: { contentType: 'application/merge-patch+json, application/json' },
};
const styles = {
  comma: { style: 'form', explode: false },
  numbers: { explode: false },
  spaces: { style: 'spaceDelimited' },
  pipes: { style: 'pipeDelimited', explode: false },
  members: { style: 'form' },
  flat: { style: 'form', explode: false },
  piped: { style: 'pipeDelimited' },
  deep: { style: 'deepObject', explode: true },
  reserved: { allowReserved: true },
};
const files = {
  photo: { type: 'string', format: 'binary' },
  scans: { type: 'array', items: { type: 'string', format: 'binary' } },
  sketch: { type: 'string', format: 'binary' },
};
const headers = { 'X-Kind': { schema: { const: 'photo' } }, 'X-Rotation': { required: true, schema: whole } };
const photo = { contentType: 'image/png, image/jpeg', headers };
const partsOf = { ...contentTypes, photo, scans: { contentType: 'image/*' }, sketch: { style: 'form' } };

/** Operations that answer with what they read of a form. */
function operation(operationId: string, mediaType: string, own: object, encoding: object): object {
  const schema = { type: 'object', properties: own, additionalProperties: false };
  const echoed = Object.entries(own).map(([name, property]) => [name, { ...property, 'x-mock': { echo: name } }]);
  const answer = { type: 'object', properties: Object.fromEntries(echoed) };
  const example = Object.fromEntries(Object.keys(own).map((name) => [name, null]));
  return {
    post: {
      operationId,
      requestBody: { required: true, content: { [mediaType]: { schema, encoding } } },
      responses: { 200: { description: 'Done.', content: { 'application/json': { schema: answer, example } } } },
    },
  };
}

const urlEncoded = 'application/x-www-form-urlencoded';
const inParts = 'multipart/form-data';

function documentOf(openapi: string): object {
  return {
    openapi,
    info: { title: 'Forms', version: '1.0.0' },
    security: [],
    paths: {
      '/fields': operation('fields', urlEncoded, properties, { ...contentTypes, ...styles }),
      '/parts': operation('parts', inParts, { ...properties, ...files }, { ...partsOf, ...styles }),
    },
  };
}

interface Forms {
  readonly fields: (form: object) => Promise<object>;
  readonly parts: (form: object) => Promise<object>;
}

const versions = ['3.0.3', '3.1.0', '3.2.0'];
const clients = new Map<string, Forms>();
/** What was sent last. */
let sent = '';
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'forms-'));
  for (const version of versions) {
    const file = join(folder, `${version}.json`);
    await writeFile(file, JSON.stringify(documentOf(version)));
    const mock = await createMock({ document: await loadDocument(file) });
    const client = await clientOf<Forms>(file, 'http://localhost', async (request) => {
      sent = Buffer.from(await request.clone().arrayBuffer()).toString('latin1');
      return mock.fetch(request);
    });
    clients.set(version, client);
  }
});

afterAll(() => rm(folder, { recursive: true }));

function formsOf(version: string): Forms {
  const client = clients.get(version);
  if (!client) throw new TypeError(version);
  return client;
}

const anyText = fc.string({ unit: 'grapheme' });
const without = (signs: RegExp, minLength = 0) => fc.string({ minLength }).filter((each) => !signs.test(each));
const some = <T>(item: fc.Arbitrary<T>, minLength = 1) => fc.array(item, { minLength, maxLength: 3 });
const members = (model: Record<string, fc.Arbitrary<unknown>>) =>
  fc.record(model, { requiredKeys: Object.keys(model).slice(0, 1) });
const drawnPoint = fc.record({ x: fc.integer(), label: anyText }, { requiredKeys: [] });

/** Fields of which nothing but a value tells how they are written. */
const plainFields = {
  title: anyText,
  count: fc.integer(),
  isOn: fc.boolean(),
  none: fc.integer(),
  tags: some(anyText),
  point: drawnPoint,
  points: some(drawnPoint),
  noted: anyText,
  jsonList: some(anyText),
};
/** Fields in a style. OpenAPI has no way to tell a separator from the same sign in a value, but for those that a URL encodes. */
const styledFields = (separators: { readonly comma: RegExp; readonly pipe: RegExp }) => ({
  comma: some(without(separators.comma)).filter(([first]) => first !== ''),
  numbers: some(fc.integer()),
  spaces: some(without(/[ ]/, 1)),
  pipes: some(without(separators.pipe, 1)),
  members: members({ a: anyText, b: fc.integer() }),
  flat: members({ c: without(separators.comma), d: fc.integer() }),
  piped: members({ e: without(separators.pipe), f: fc.integer() }),
  deep: members({ g: anyText, h: members({ i: fc.integer(), j: some(anyText) }) }),
  reserved: without(/%/),
});
const never = /(?!)/;
const fieldsForm = fc.record(
  { ...plainFields, ...styledFields({ comma: never, pipe: never }) },
  { requiredKeys: ['title'] },
);
const partsForm = fc.record(
  { ...plainFields, ...styledFields({ comma: /,/, pipe: /\|/ }) },
  { requiredKeys: ['title'] },
);

it.each(versions)('a form of a document of %s is read back as it was sent', async (version) => {
  const client = formsOf(version);
  const forms = fc.oneof(
    fieldsForm.map((form) => ['fields', form] as const),
    partsForm.map((form) => ['parts', form] as const),
  );
  await fc.assert(
    fc.asyncProperty(forms, async ([kind, form]) => {
      expect(await client[kind](form), sent).toEqual(form);
    }),
    { numRuns: 40 },
  );
});

/** Returns the parts that were sent last: the headers of each, but for the form's own, and its text. */
function partsSent(): string[] {
  const boundary = sent.slice(0, sent.indexOf('\r\n'));
  const parts = sent.split(`${boundary}`).slice(1, -1);
  return parts.map((part) => part.replace(/\r\nContent-Disposition: form-data; /, '').replace(/\r\n$/, ''));
}

it.each<[form: object, text: string]>([
  [{ noted: 'a', jsonList: ['b', 'c'] }, 'noted=%22a%22&jsonList=%22b%22&jsonList=%22c%22'],
  [{ comma: ['a,b', 'c'], pipes: ['d', 'e|f'] }, 'comma=a%2Cb,c&pipes=d|e%7Cf'],
  [{ spaces: ['a', 'b'], numbers: [1, 2] }, 'spaces=a%20b&numbers=1,2'],
  [{ members: { a: 'x', b: 1 }, flat: { c: 'y', d: 2 } }, 'a=x&b=1&flat=c,y,d,2'],
  [{ piped: { e: 'x', f: 1 }, deep: { g: 'y', h: { i: 2 } } }, 'piped=e|x|f|1&deep[g]=y&deep[h][i]=2'],
  [{ reserved: 'a/b?c=d&e+f g' }, 'reserved=a/b?c=d%26e%2Bf%20g'],
])('a form in the encoding of a URL has the styles of its document: %j', async (form, text) => {
  expect(await formsOf('3.1.0').fields(form)).toEqual(form);
  expect(sent).toBe(text);
});

it('parts have the styles of their document from 3.1 on', async () => {
  const form = { comma: ['a', 'b'], members: { a: 'x' }, flat: { c: 'y', d: 1 } };
  await formsOf('3.1.0').parts(form);
  expect(partsSent()).toEqual(['name="comma"\r\n\r\na,b', 'name="a"\r\n\r\nx', 'name="flat"\r\n\r\nc,y,d,1']);
  await formsOf('3.0.3').parts(form);
  const json = 'Content-Type: application/json\r\n\r\n';
  expect(partsSent()).toEqual([
    ...['name="comma"\r\n\r\na', 'name="comma"\r\n\r\nb'],
    ...[`name="members"\r\n${json}{"a":"x"}`, `name="flat"\r\n${json}{"c":"y","d":1}`],
  ]);
});

const rule =
  'Names and values of headers have one line, and Content-Disposition and Content-Type are set by what sends them.';

describe('a part', () => {
  const bytes = Uint8Array.of(0x89, 0x50, 0xff);
  const headers = { 'X-Rotation': '90' };
  const ofPhoto = (type: string) => `Content-Type: ${type}\r\nX-Kind: photo\r\nX-Rotation: 90\r\n\r\n\x89P\xff`;

  it('has the media type of its document or its file, and the headers of both', async () => {
    const { parts } = formsOf('3.1.0');
    const jpeg = new File([bytes], 'a "b".jpg', { type: 'image/jpeg' });
    expect(await parts({ photo: formPart(bytes, { headers }) })).toEqual({ photo: '\x89P\xff' });
    expect(partsSent()).toEqual([`name="photo"; filename="blob"\r\n${ofPhoto('image/png')}`]);
    await parts({ photo: formPart(jpeg, { headers }), scans: [formPart(bytes, { contentType: 'image/x' }), bytes] });
    expect(partsSent()).toEqual([
      `name="photo"; filename="a %22b%22.jpg"\r\n${ofPhoto('image/jpeg')}`,
      'name="scans"; filename="blob"\r\nContent-Type: image/x\r\n\r\n\x89P\xff',
      'name="scans"; filename="blob"\r\nContent-Type: application/octet-stream\r\n\r\n\x89P\xff',
    ]);
  });

  it.each<[what: string, form: object, message: string]>([
    [
      'a file of another type',
      { photo: new Blob([bytes], { type: 'image/gif' }) },
      'photo has the Content-Type image/gif. Send image/png, image/jpeg.',
    ],
    [
      'an object that is no JSON there',
      { scans: [{}] },
      'scans is an object, which is sent as application/json. Pass a text of image/*.',
    ],
    [
      'a header with a line break',
      { photo: formPart(bytes, { headers: { 'X-Rotation': '90\r\nX-Other: 1' } }) },
      `photo has X-Rotation that its part cannot have. ${rule}`,
    ],
    [
      'a name of a header with one',
      { photo: formPart(bytes, { headers: { ...headers, 'X-Other: 1\r\nX': '1' } }) },
      `photo has a header that its part cannot have. ${rule}`,
    ],
    [
      'a media type with one',
      { scans: [formPart(bytes, { contentType: 'image/x\r\n\r\n' })] },
      `scans has contentType that its part cannot have. ${rule}`,
    ],
    [
      'headers that stand behind methods',
      { photo: formPart(bytes, { headers: new Headers(headers) as never }) },
      `photo has headers that its part cannot have. ${rule}`,
    ],
    [
      'a name of its own by a header',
      { photo: formPart(bytes, { headers: { ...headers, 'Content-Disposition': 'form-data; name="title"' } }) },
      `photo has Content-Disposition that its part cannot have. ${rule}`,
    ],
  ])('%s is refused before it is sent', async (_what, form, message) => {
    sent = '';
    const issue = expect.objectContaining({ message });
    await expect(formsOf('3.1.0').parts(form)).rejects.toMatchObject({ issues: expect.arrayContaining([issue]) });
    expect(sent).toBe('');
  });

  it('is sent as one whatever the style of its field, and not at all where it is nothing', async () => {
    const { parts } = formsOf('3.1.0');
    const type = 'Content-Type: application/octet-stream';
    expect(await parts({ sketch: bytes, comma: formPart(undefined, { headers }) })).toEqual({ sketch: '\x89P\xff' });
    expect(partsSent()).toEqual([`name="sketch"; filename="blob"\r\n${type}\r\n\r\n\x89P\xff`]);
    await parts({ sketch: new Blob([bytes]), comma: [formPart('a,b', { headers }), 'c'] });
    expect(partsSent()).toEqual([
      `name="sketch"; filename="blob"\r\n${type}\r\n\r\n\x89P\xff`,
      'name="comma"\r\nX-Rotation: 90\r\n\r\na,b',
      'name="comma"\r\n\r\nc',
    ]);
  });

  it('without a header that it must have is refused by the mock', async () => {
    await expect(formsOf('3.1.0').parts({ photo: bytes })).rejects.toMatchObject({ status: 400 });
  });
});

it.each<[what: string, value: unknown]>([
  ['a file', new Blob([])],
  ['a file', [Uint8Array.of(1)]],
  ['made by formPart', formPart('a', { headers: { 'X-A': 'b' } })],
])('a form in the encoding of a URL has no place for what is %s', async (what, value) => {
  const message = `tags is ${what}, which this form has no parts for. Pass a text.`;
  const issues = expect.arrayContaining([expect.objectContaining({ field: 'tags', message })]);
  await expect(formsOf('3.1.0').fields({ tags: value })).rejects.toMatchObject({ issues });
});

const noFields =
  'The request body is no object of fields, as a FormData is none. Pass an object with a member for each field.';

it.each<[what: string, form: object]>([
  ['a FormData', new FormData()],
  ['a map', new Map([['title', 'a']])],
  ['a file by itself', new Blob(['a'])],
])('%s is no form: it is refused before it is sent', async (_what, form) => {
  const { fields, parts } = formsOf('3.1.0');
  for (const send of [fields, parts]) {
    sent = '';
    const issues = expect.arrayContaining([expect.objectContaining({ message: noFields })]);
    await expect(send(form)).rejects.toMatchObject({ code: 'INVALID_REQUEST', issues });
    expect(sent).toBe('');
  }
});
