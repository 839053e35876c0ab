import { inspect } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import { unreadable } from '../../../../test/support/unreadable.js';
import { createRedact, legible, safeCause } from './safe-cause.js';

// The same file stands in other packages. It is tried here for all of them.
const redact = createRedact(['secret']);

describe('what takes secrets out of a text', () => {
  it('takes out each of them, wherever it stands', () => {
    expect(createRedact(['a.cd', 'wxyz'])('a.cd abcd wxyz a.cdwxyz')).toBe(
      '[redacted] abcd [redacted] [redacted][redacted]',
    );
  });

  it('takes nothing out for a secret that is empty, or of letters of other words, or where there is none', () => {
    expect(createRedact(['', 'b', 'abc'])('abc')).toBe('abc');
    expect(createRedact([])('abc')).toBe('abc');
  });
});

describe('the copy of an error of somebody else', () => {
  it('has its name, message, stack and codes without secrets, and nothing that hangs on it', () => {
    const error = Object.assign(new TypeError('no secret here'), {
      code: 'E_secret',
      errno: -111,
      syscall: 'connect',
      hostname: 'a.example',
      address: '::1',
      port: 443,
      request: { headers: 'secret' },
    });
    error.name = 'OwnError of secret';
    error.stack = 'OwnError: no secret here\n    at f';
    const copy = safeCause(error, redact);
    expect(copy).toBeInstanceOf(Error);
    expect(Object.getOwnPropertyNames(copy).sort()).toEqual(
      ['address', 'code', 'errno', 'hostname', 'message', 'name', 'port', 'stack', 'syscall'].sort(),
    );
    expect({ ...copy, name: copy?.name, message: copy?.message, stack: copy?.stack }).toEqual({
      name: 'OwnError of [redacted]',
      message: 'no [redacted] here',
      stack: 'OwnError: no [redacted] here\n    at f',
      code: 'E_[redacted]',
      errno: -111,
      syscall: 'connect',
      hostname: 'a.example',
      address: '::1',
      port: 443,
    });
    expect(inspect(copy, { depth: 9, showHidden: true })).not.toContain('secret');
  });

  it('can be written as any error can, and shows its name and stack to no loop', () => {
    const copy = safeCause(new Error('no'), redact) as Error;
    expect(Object.keys(copy)).toEqual([]);
    for (const key of ['name', 'stack']) {
      expect(Object.getOwnPropertyDescriptor(copy, key)).toMatchObject({ configurable: true, writable: true });
    }
  });

  it('keeps no code that is neither a text nor a number', () => {
    const error = Object.assign(new Error('no'), { code: { secret: 1 }, errno: null, port: undefined, syscall: true });
    expect(Object.keys(safeCause(error, redact) ?? {})).toEqual([]);
  });

  it('has copies of the causes, five at most', () => {
    const chain = (left: number): Error =>
      new Error(`secret ${left}`, left > 0 ? { cause: chain(left - 1) } : undefined);
    const messages: string[] = [];
    for (let each = safeCause(chain(9), redact); each; each = each.cause as Error | undefined) {
      messages.push(each.message);
    }
    expect(messages).toEqual([9, 8, 7, 6, 5, 4].map((left) => `[redacted] ${left}`));
    const circle = new Error('secret');
    circle.cause = circle;
    expect(inspect(safeCause(circle, redact), { depth: 9 })).not.toContain('secret');
  });

  it('has no cause where there is none', () => {
    expect(safeCause(new Error('no'), redact)).not.toHaveProperty('cause');
    expect(safeCause(new Error('no', { cause: null }), redact)).not.toHaveProperty('cause');
  });

  it('has copies of all errors of an aggregate, and of no other list', () => {
    const errors = [new Error('secret', { cause: new Error('secret') }), 'secret'];
    const copy = safeCause(new AggregateError(errors, 'all failed'), redact) as AggregateError;
    expect(copy.errors).toMatchObject([
      { message: '[redacted]', cause: { message: '[redacted]' } },
      { message: 'A string was thrown.' },
    ]);
    const odd = Object.assign(new AggregateError([], 'all failed'), { errors: 'secret' });
    expect(safeCause(odd, redact)).not.toHaveProperty('errors');
    expect(safeCause(Object.assign(new Error('no'), { errors }), redact)).not.toHaveProperty('errors');
    // An aggregate of itself.
    const circle = new AggregateError([], 'secret');
    circle.errors.push(circle);
    expect(inspect(safeCause(circle, redact), { depth: 20 })).not.toContain('secret');
  });
});

it.each([
  [undefined, undefined],
  [null, undefined],
  ['secret', 'A string was thrown.'],
  [{ secret: 1 }, 'A object was thrown.'],
  [0, 'A number was thrown.'],
])('%j that was thrown is told by its type alone', (thrown, message) => {
  expect(safeCause(thrown, redact)?.message).toBe(message);
});

it('of an aggregate that lists itself many times, few are copied', () => {
  const circle = new AggregateError([], 'no');
  circle.errors.push(...Array.from({ length: 100 }, () => circle));
  const copied = vi.fn((text: string) => text);
  safeCause(circle, copied);
  expect(copied.mock.calls.length).toBeLessThan(100);
});

describe('something thrown that cannot be read', () => {
  it.each(unreadable)('with %s, has a copy all the same', (_what, make) => {
    const copy = safeCause(make(), redact) as Error;
    expect([copy.name, copy.message, copy.stack].map((each) => typeof each)).toEqual(['string', 'string', 'string']);
  });

  it.each(unreadable)('with %s, has one in an aggregate, and as a cause', (_what, make) => {
    const whole = new AggregateError([make(), new Error('no')], 'all failed', { cause: make() });
    expect(safeCause(whole, redact)).toMatchObject({
      message: 'all failed',
      errors: [{}, { message: 'no' }],
      cause: {},
    });
  });

  it.each(['message', 'name', 'stack', 'code', 'cause'])('for its %s, has an error in its place', (key) => {
    const fail = () => {
      throw new Error('mine');
    };
    const thrown = Object.defineProperty(new Error('x'), key, { get: fail });
    const message = 'Something was thrown that cannot be read.';
    for (const each of [thrown, new Error('x', { cause: thrown })]) expect(legible(each)).toMatchObject({ message });
    expect(legible(Object.assign(new Error('x'), { [key]: Object.create(null) }))).toEqual(
      key === 'cause' ? expect.objectContaining({ message: 'x' }) : expect.objectContaining({ message }),
    );
  });

  it.each([new Error('no'), 'no', undefined, null, Object.create(null), Symbol('x')])(
    'what can be is left (%#)',
    (thrown) => {
      expect(legible(thrown)).toBe(thrown);
    },
  );
});
