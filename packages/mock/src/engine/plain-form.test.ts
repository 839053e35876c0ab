import { expect, it } from 'vitest';
import { withPlainForm } from './plain-form.js';

function formRequest(body: string, contentType = 'multipart/form-data; boundary=b') {
  return { method: 'post', url: { path: '/' }, headers: { 'content-type': contentType }, body } as const;
}

const part = (headers: string, text: string) => `--b\r\n${headers}\r\n\r\n${text}\r\n`;
const plain = (name: string, text: string) =>
  `--boundary-of-a-plain-form\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${text}\r\n`;

it.each<[what: string, headers: string]>([
  ['a file without a type', 'Content-Disposition: form-data; name="a"; filename="x"'],
  ['a name of a file that has signs of a header', 'Content-Disposition: form-data; name="a"; filename="x=1; y"'],
  ['a type before the name', 'Content-Type: text/plain\r\nContent-Disposition: form-data; name="a"; filename="x"'],
  ['a plain field', 'content-disposition: form-data; name="a"'],
])('%s is a field with its text', async (_what, headers) => {
  const { body, headers: sent } = await withPlainForm(formRequest(`${part(headers, '1\r\n2')}--b--\r\n`));
  expect(body).toBe(`${plain('a', '1\r\n2')}--boundary-of-a-plain-form--\r\n`);
  expect(sent).toEqual({ 'content-type': 'multipart/form-data; boundary=boundary-of-a-plain-form' });
});

it('a boundary may be quoted', async () => {
  const text = `${part('Content-Disposition: form-data; name="a"', '1')}--b--\r\n`;
  const { body } = await withPlainForm(formRequest(text, 'Multipart/Form-Data; charset=utf-8; boundary="b"'));
  expect(body).toContain(plain('a', '1'));
});

it.each(['', 'no form', '--b\r\n', part('Content-Disposition: form-data; name="a"', '1')])(
  'what is none is refused: %j',
  async (body) => {
    await expect(withPlainForm(formRequest(body))).rejects.toMatchObject({
      message: expect.stringMatching(/no form in parts/),
    });
  },
);

it('another body, and a form without a boundary, stay as they are', async () => {
  for (const request of [formRequest('{}', 'application/json'), formRequest('--b', 'multipart/form-data')])
    expect(await withPlainForm(request)).toBe(request);
});
