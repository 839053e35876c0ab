import { expect, it } from 'vitest';
import { printAnswer } from './print.js';

/** Returns what of an answer without a body is printed. */
async function printed(
  isTTY: boolean,
  flags: Parameters<typeof printAnswer>[1] = {},
  headers: readonly (readonly [string, string])[] = [],
): Promise<[string, string]> {
  const [out, err]: [string[], string[]] = [[], []];
  const stdout = { isTTY, write: (text: string) => out.push(text) };
  const stderr = { write: (text: string) => err.push(text) };
  await printAnswer({ status: 204, statusText: 'No Content', headers, body: () => Buffer.alloc(0) }, flags, {
    stdout,
    stderr,
    env: {},
  });
  return [out.join(''), err.join('')];
}

it('on a terminal an answer without a body is a line that says so, and nothing in a pipe', async () => {
  expect(await printed(true)).toEqual(['', 'HTTP 204 No Content: the answer has no body.\n']);
  expect(await printed(false)).toEqual(['', '']);
  expect(await printed(true, { include: true })).toEqual(['HTTP 204 No Content\n\n', '']);
});

it('as JSON each of several cookies is there', async () => {
  const cookies = ['a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT', 'b=2'].map((value) => ['set-cookie', value] as const);
  const [out] = await printed(false, { json: true }, [['__proto__', 'x'], ...cookies]);
  const headers = JSON.parse('{"__proto__": "x"}');
  expect(JSON.parse(out).headers).toEqual({ ...headers, 'set-cookie': cookies.map(([, value]) => value) });
});
