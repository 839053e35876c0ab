import { expect, it } from 'vitest';
import { createFormReader } from './read-form.js';

const text = { type: 'string' };
const whole = { type: 'object', properties: { a: { type: 'integer' } } };
const pair = { type: 'object', properties: { x: { type: 'integer' }, y: text } };
const schema = {
  $ref: '#/components/schemas/Form',
};
const form = {
  allOf: [{ properties: { title: text, count: { type: 'integer' }, on: { type: 'boolean' } } }],
  properties: {
    tags: { type: 'array', items: text },
    one: { type: ['string', 'array'], items: text },
    split: { type: 'array', items: { type: 'integer' } },
    piped: { type: 'array', items: text },
    whole,
    wholes: { type: 'array', items: whole },
    deep: { type: 'object', properties: { list: { type: 'array', items: whole } }, additionalProperties: text },
    listed: { type: 'array', items: text },
    spaced: { type: 'array', items: text },
    flat: pair,
    spread: pair,
    noted: text,
    none: { type: ['integer', 'null'] },
    picked: { enum: [1, 2] },
    any: {},
  },
};
const encoding = {
  split: { explode: false },
  piped: { style: 'pipeDelimited' },
  deep: { style: 'deepObject' },
  listed: { style: 'form', explode: false },
  spaced: { style: 'spaceDelimited' },
  flat: { explode: false },
  spread: { style: 'form' },
  noted: { contentType: 'application/json' },
  turned: { headers: { 'X-Rotation': { required: true }, 'Content-Type': { required: true } } },
  picture: { contentType: 'image/png, text/*' },
};
const media = { schema, encoding };
const content = { 'multipart/form-data': media, 'application/x-www-form-urlencoded': media };
const readForm = createFormReader({ components: { schemas: { Form: form } } });
const read = (contentType: string, body: string) =>
  readForm({ definition: { requestBody: { content } } }, contentType, Buffer.from(body));
const readFields = (fields: string) => read('application/x-www-form-urlencoded; charset=UTF-8', fields);

it.each<[fields: string, value: object]>([
  ['title=a+b%26&title=c', { title: 'c' }],
  ['title=1&count=1&on=true', { title: '1', count: 1, on: true }],
  ['count=1.5&on=yes', { count: '1.5', on: 'yes' }],
  ['tags=a', { tags: ['a'] }],
  ['tags=a&tags=b', { tags: ['a', 'b'] }],
  ['tags=%5B1%5D', { tags: ['[1]'] }],
  ['one=a', { one: 'a' }],
  ['one=a&one=b', { one: ['a', 'b'] }],
  ['split=1,2&piped=a|b', { split: [1, 2], piped: ['a', 'b'] }],
  ['whole={"a":1}', { whole: { a: 1 } }],
  ['whole=[1]', { whole: '[1]' }],
  ['wholes={"a":1}&wholes={"a":2}', { wholes: [{ a: 1 }, { a: 2 }] }],
  ['wholes=[{"a":1}]', { wholes: [{ a: 1 }] }],
  ['deep[x]=1&deep[y][z]=2', { deep: { x: '1', y: { z: '2' } } }],
  ['deep[list][0][a]=1&deep[list][1][a]=2', { deep: { list: [{ a: 1 }, { a: 2 }] } }],
  ['deep[list][]=%7B%7D&deep[list][]=%7B%7D', { deep: { list: [{}, {}] } }],
  ['listed=a%2Cb,c', { listed: ['a,b', 'c'] }],
  ['split=1%2C2', { split: [1, 2] }],
  ['spaced=a+b%20c&piped=d|e%7Cf', { spaced: ['a', 'b', 'c'], piped: ['d', 'e|f'] }],
  ['flat=x,1,y,a%2Cb', { flat: { x: 1, y: 'a,b' } }],
  ['flat=x', { flat: 'x' }],
  ['flat={"x":1}', { flat: { x: 1 } }],
  ['x=1&y=2&title=a', { spread: { x: 1, y: '2' }, title: 'a' }],
  ['noted="a"', { noted: 'a' }],
  ['noted=a', { noted: 'a' }],
  ['noted=1', { noted: '1' }],
  ['title[x]=1', { 'title[x]': '1' }],
  ['none=', { none: null }],
  ['picked=2&picked=x', { picked: 'x' }],
  ['any=1&other=2&%=3', { any: '1', other: '2', '%': '3' }],
  ['__proto__=1', { ['__proto__']: '1' }],
])('the fields %s are read by their schema', (fields, value) => {
  expect(readFields(fields)).toEqual(value);
});

const part = (name: string, type: string, body: string) =>
  `--b\r\nContent-Disposition: form-data; name=${name}\r\nContent-Type: ${type}\r\n\r\n${body}\r\n`;
const readParts = (parts: string) => read('Multipart/Form-Data; Charset=utf-8; BOUNDARY="b"', `${parts}--b--`);

it('parts are read as fields are, and those of JSON as JSON', () => {
  const parts = [
    part('tags', 'application/json', '["a"]'),
    part('any', 'application/json', '{"a":1}'),
    part('count', 'text/plain', '1'),
  ];
  expect(readParts(parts.join(''))).toEqual({ tags: ['a'], any: { a: 1 }, count: 1 });
});

it('a part has a type that the document names for it', () => {
  expect(readParts(part('picture', 'Image/PNG', 'a') + part('picture', 'text/csv; header=absent', 'b'))).toEqual({
    picture: 'b',
  });
  expect(readParts(part('picture', 'application/octet-stream', 'c'))).toEqual({ picture: 'c' });
  expect(() => readParts(part('picture', 'image/gif', 'a'))).toThrow(
    'picture has the Content-Type image/gif. Send image/png, text/*.',
  );
});

it('a part has the headers that the document demands of it', () => {
  const turned = '--b\r\nContent-Disposition: form-data; name=turned\r\nx-rotation: 90\r\n\r\na\r\n';
  expect(readParts(turned)).toEqual({ turned: 'a' });
  expect(() => readParts(part('turned', 'text/plain', 'a'))).toThrow(
    'The part turned has no header X-Rotation. Send it with the part.',
  );
});

it('what breaks off is refused', () => {
  expect(() => read('multipart/form-data; boundary=b', part('a', 'text/plain', ''))).toThrow(/no form in parts/);
});

it('another body, one that is not documented, and one without a boundary are none', () => {
  expect(read('application/json', '{}')).toBeUndefined();
  expect(read('multipart/form-data', '--b--')).toBeUndefined();
  expect(readForm({ definition: {} }, 'application/x-www-form-urlencoded', Buffer.from('a=1'))).toBeUndefined();
});

it('a form of very many fields, and a name of very many brackets, are read without trouble', () => {
  const fields = Array.from({ length: 100_000 }, (_, index) => `f${index}=1`);
  expect(Object.keys(readFields(fields.join('&')) as object)).toHaveLength(fields.length);
  const name = `deep${'[a]'.repeat(100_000)}`;
  expect(readFields(`${encodeURIComponent(name)}=1`)).toEqual({ [name]: '1' });
});
