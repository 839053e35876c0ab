import { expect, it } from 'vitest';
import { createMock } from '../create-mock.js';
import type { MockOptions } from '../types.js';

const browser = { accept: 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8' };

function ask(options: MockOptions, init: RequestInit = {}, path = '/'): Promise<Response> {
  return createMock(options).fetch(new Request(`http://localhost:4010${path}`, { headers: browser, ...init }));
}

it('a browser that opens the mock sees what it is, and finds its console', async () => {
  const response = await ask({});
  const page = await response.text();
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  expect(page).toContain('<h1>Mock of Nexconn Server API</h1>');
  expect(page).toContain('href="/_console"');
  expect(page).toContain('POST /v4/auth/access-token/issue');
});

it('it links the pages that it is told of, also those that are known later, and writes them as text', async () => {
  const links: { title: string; url: string }[] = [];
  const mock = createMock({ links });
  links.push({ title: '<b>Docs</b>', url: 'http://127.0.0.1:4030/?a=1&b="2"' });
  const page = await (await mock.fetch(new Request('http://localhost/', { headers: browser }))).text();
  expect(page).toContain('href="http://127.0.0.1:4030/?a=1&amp;b=&quot;2&quot;"');
  expect(page).toContain('&lt;b&gt;Docs&lt;/b&gt;');
});

it('it has no script, and nothing of it comes from elsewhere', async () => {
  const response = await ask({});
  expect(response.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-[\w+/]+='; /);
  expect(await response.text()).not.toMatch(/<script|https?:\/\//);
});

it.each([
  ['a program', { headers: { accept: '*/*' } }, '/'],
  ['a program that names no type', { headers: {} }, '/'],
  ['a form', { method: 'POST' }, '/'],
  ['another path', {}, '/page'],
  ['a name that is pointed at this machine', { headers: { ...browser, host: 'evil.example' } }, '/'],
])('%s is answered by the API as before', async (_, init, path) => {
  const response = await ask({}, init, path);
  expect(response.status).toBe(404);
  expect(response.headers.get('content-type')).toContain('application/json');
});

it('links that are no list are refused', () => {
  expect(() => createMock({ links: {} as [] })).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }));
});
