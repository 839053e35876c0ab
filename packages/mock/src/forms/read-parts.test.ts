import { expect, it } from 'vitest';
import { readParts } from './read-parts.js';

const part = (headers: string, text: string) => `--b\r\n${headers}\r\n\r\n${text}\r\n`;
const named = (parameters: string) => `Content-Disposition: form-data; ${parameters}`;
const read = (body: string, boundary = 'b') => readParts(Buffer.from(body), boundary);

it.each<[what: string, headers: string]>([
  ['a name in quotes', named('name="a"')],
  ['a name without quotes', named('name=a')],
  ['a name without a space before it', 'Content-Disposition:form-data;name=a'],
  ['a name with spaces around its sign', named('name = "a"')],
  ['headers in other letters', 'CONTENT-DISPOSITION: Form-Data; NAME="a"'],
  ['a folded header', 'Content-Disposition: form-data;\r\n\tname="a"'],
  ['a length and a type', `${named('name=a')}\r\nContent-Type: text/plain\r\nContent-Length: 4`],
  ['a file without a type', named('name="a"; filename="x"')],
  ['a name of a file that has signs of a header', named('filename="name=b; \\"y"; name="a"')],
  ['a name of a file in another form', named("filename*=UTF-8''%e2%82%ac; name=a")],
  ['a type before the name', `Content-Type: text/plain\r\n${named('name="a"')}`],
  ['a header that says nothing', `X-Other\r\n${named('name="a"')}`],
])('%s is read', (_what, headers) => {
  expect(read(`${part(headers, '1\r\n2')}--b--\r\n`)).toMatchObject([{ name: 'a', text: '1\r\n2' }]);
});

it.each<[what: string, body: string]>([
  ['before the first part', `ours\r\n${part(named('name=a'), '')}--b--\r\n`],
  ['behind the last part', `${part(named('name=a'), '')}--b--\r\n--b\r\n`],
  ['behind the boundary, as blanks,', `--b \t\r\n${named('name=a')}\r\n\r\n\r\n--b-- `],
])('text %s is skipped', (_what, body) => {
  expect(read(body)).toMatchObject([{ name: 'a', mediaType: undefined, text: '' }]);
});

it('a name has quotes, ends of lines and other letters as they are sent, and percent signs', () => {
  const names = ['\\"a\\\\', '%22%0D%0A', 'ü', '%41%'];
  const body = names.map((name) => part(named(`name="${name}"`), '')).join('');
  expect(read(`${body}--b--`)?.map(({ name }) => name)).toEqual(['"a\\', '"\r\n', 'ü', '%41%']);
});

it('a text is read by its charset, and what is none has a character for each byte', () => {
  const bytes = Buffer.from([0xfc, 0x0d, 0x0a]).toString('latin1');
  const types = ['text/plain; charset="ISO-8859-1"', 'image/png', 'text/plain', 'text/plain; charset=none'];
  const body = types.map((type) => part(`${named('name=a')}\r\nContent-Type: ${type}`, bytes)).join('');
  const texts = readParts(Buffer.from(`${body}--b--`, 'latin1'), 'b')?.map(({ text }) => text.length && text[0]);
  expect(texts).toEqual(['ü', 'ü', '\ufffd', '\ufffd']);
});

it('a boundary has signs of its own, and is no beginning of another', () => {
  const boundary = "a.b(c)+'?";
  const text = `--${boundary}x`;
  expect(read(`--${boundary}\r\n${named('name=a')}\r\n\r\n${text}\r\n--${boundary}--`, boundary)).toMatchObject([
    { text },
  ]);
});

it('a form may have no parts', () => {
  expect(read('--b--\r\n')).toEqual([]);
});

it.each([
  '',
  'no form',
  '--b\r\n',
  part(named('name=a'), '1'),
  '--b\r\n\r\n1\r\n--b--',
  `${part(named('filename=a'), '')}--b--`,
])('what is none is not read: %j', (body) => {
  expect(read(body)).toBeUndefined();
});
