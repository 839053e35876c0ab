import { expect, it } from 'vitest';
import { createTextResponse, textOf } from './text-response.js';

it('a response has its text, status and headers, and its text is known until it is read', async () => {
  const response = createTextResponse('{}', { status: 201, headers: { 'x-a': 'b' } });
  expect([response.status, response.headers.get('x-a'), textOf(response)]).toEqual([201, 'b', '{}']);
  expect(await response.text()).toBe('{}');
  expect(textOf(response)).toBeUndefined();
  expect(textOf(new Response('{}'))).toBeUndefined();
});
