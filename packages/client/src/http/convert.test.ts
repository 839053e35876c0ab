import { describe, expect, it } from 'vitest';
import type { HttpResponse } from '../transport/transport.js';
import { toResponse } from './convert.js';

const bytes = new TextEncoder().encode('{"code":0}');
const make = (more: Partial<HttpResponse>) =>
  toResponse({ status: 200, statusText: 'OK', headers: {}, bytes, ...more });

describe('toResponse', () => {
  it('has status, headers and body of what arrived', async () => {
    const response = make({ status: 429, statusText: 'Slow Down', headers: { 'retry-after': '1', 'x-extra': 'a' } });
    expect(response).toMatchObject({ status: 429, statusText: 'Slow Down' });
    expect(response?.headers.get('retry-after')).toBe('1');
    expect(await response?.json()).toEqual({ code: 0 });
  });

  it('keeps each of several headers of one name', () => {
    const response = make({ headers: { 'set-cookie': ['a=1', 'b=2'], 'x-list': ['1', '2'] } });
    expect(response?.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(response?.headers.get('x-list')).toBe('1, 2');
  });

  it.each([204, 205, 304])('has no body where HTTP %d can have none', (status) => {
    expect(make({ status })?.body).toBeNull();
  });

  it.each([0, 101, 199, 600, 999])('is none for HTTP %d, which no Response can have', (status) => {
    expect(make({ status })).toBeUndefined();
  });
});
