import { expect, it } from 'vitest';
import { printAnswer } from './print.js';

/** Returns what of an answer without a body is printed. */
async function printed(isTTY: boolean, flags: Parameters<typeof printAnswer>[1] = {}): Promise<[string, string]> {
  const [out, err]: [string[], string[]] = [[], []];
  const stdout = { isTTY, write: (text: string) => out.push(text) };
  const stderr = { write: (text: string) => err.push(text) };
  const answer = { status: 204, statusText: 'No Content', headers: [], body: () => Buffer.alloc(0) };
  await printAnswer(answer, flags, { stdout, stderr, env: {} });
  return [out.join(''), err.join('')];
}

it('on a terminal an answer without a body is a line that says so, and nothing in a pipe', async () => {
  expect(await printed(true)).toEqual(['', 'HTTP 204 No Content: the answer has no body.\n']);
  expect(await printed(false)).toEqual(['', '']);
  expect(await printed(true, { include: true })).toEqual(['HTTP 204 No Content\n\n', '']);
});
