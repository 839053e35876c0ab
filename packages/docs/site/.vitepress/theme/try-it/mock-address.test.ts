import { expect, it } from 'vitest';
import { findMock, readMockAddress, startCommand } from './mock-address.js';

it.each([
  ['http://127.0.0.1:4010', 'http://127.0.0.1:4010'],
  [' http://localhost:4010/ ', 'http://localhost:4010'],
  ['https://127.0.0.1', 'https://127.0.0.1'],
  ['http://2130706433:4010', 'http://127.0.0.1:4010'],
])('%s may be a mock', (text, url) => {
  expect(readMockAddress(text)).toEqual({ url });
});

it.each([
  ['', /empty/],
  ['127.0.0.1:4010', /no address/],
  ['http://', /no address/],
  ['ftp://127.0.0.1', /no address/],
  ['https://api.sg-light-api.com', /api\.sg-light-api\.com is refused/],
  ['http://127.0.0.1.evil.test:4010', /is refused/],
  ['http://127.0.0.1@evil.test', /evil\.test is refused/],
  ['http://localhost.evil.test', /is refused/],
  ['http://192.168.1.5:4010', /is refused/],
  ['http://[::1]:4010', /is refused/],
  ['http://user:pass@127.0.0.1', /password/],
  ['http://127.0.0.1:4010/v4', /behind the port. Write http:\/\/127\.0\.0\.1:4010/],
  ['http://127.0.0.1:4010/?a', /behind the port/],
])('%s is refused', (text, problem) => {
  expect(readMockAddress(text)).toEqual({ problem: expect.stringMatching(problem) });
});

it.each([
  ['a mock', () => Response.json({ status: 'ok', mock: 'nexconn-kit' }), 'mock'],
  ['another service', () => Response.json({ status: 'ok' }), 'other'],
  ['a list', () => Response.json([]), 'other'],
  ['a page', () => new Response('<p>'), 'other'],
  ['a mock in trouble', () => Response.json({ mock: 'nexconn-kit' }, { status: 500 }), 'other'],
  ['null', () => Response.json(null), 'other'],
])('%s is told apart', async (_, answer, found) => {
  const asked: unknown[] = [];
  const fetch = async (input: unknown, init?: RequestInit) => {
    asked.push(input, init?.redirect);
    return answer();
  };
  expect(await findMock('http://127.0.0.1:4010', fetch as typeof globalThis.fetch)).toBe(found);
  expect(asked).toEqual(['http://127.0.0.1:4010/_health', 'error']);
});

it('nobody there is told apart', async () => {
  const fetch = () => Promise.reject(new TypeError('Failed to fetch'));
  expect(await findMock('http://127.0.0.1:4010', fetch)).toBe('nothing');
});

it.each([
  ['http://127.0.0.1:4010', 'http://localhost:4030', 'npx @nexconn-kit/cli mock'],
  ['https://127.0.0.1:5000', 'http://127.0.0.1:4030', 'npx @nexconn-kit/cli mock --port 5000 --tls'],
  [
    'http://127.0.0.1',
    'https://docs.example.com',
    'npx @nexconn-kit/cli mock --port 80 --allowed-origins https://docs.example.com',
  ],
])('a mock at %s for pages of %s is started by its command', (url, origin, command) => {
  expect(startCommand(url, origin)).toBe(command);
});
