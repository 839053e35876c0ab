import { errorCatalogue } from '@nexconn-kit/contract';
import { beforeEach, describe, expect, it } from 'vitest';
import { createFaults } from './faults.js';
import type { Fault, FaultContext, FaultRule, Faults } from './types.js';

const ada = { appKey: 'app1', operationId: 'issueAccessToken', userId: 'ada' };
const reset: Fault = { kind: 'reset' };
let faults: Faults;

beforeEach(() => {
  faults = createFaults(() => errorCatalogue);
});

/** The kinds of the next faults, `-` for none. */
function nextKinds(count: number, context: FaultContext = ada): string {
  return Array.from({ length: count }, () => faults.next(context)?.kind ?? '-').join(' ');
}

describe('a rule', () => {
  it('is used up after one run through its sequence, unless told otherwise', () => {
    faults.set('app1', { sequence: [reset, { kind: 'answer', code: 1008 }, 'success', { kind: 'hang' }] });
    expect(nextKinds(5)).toBe('reset answer - hang -');
    expect(faults.list()).toEqual([]);
  });

  it('is run through as many times as it says, and with 0 until it is cleared', () => {
    faults.set('app1', { sequence: [reset, 'success'], times: 2 });
    expect(nextKinds(6)).toBe('reset - reset - - -');
    faults.set('app1', { sequence: [reset], times: 0 });
    expect(nextKinds(20)).not.toContain('-');
    faults.clear('app1');
    expect(nextKinds(2)).toBe('- -');
  });

  it.each<[string, Partial<FaultRule>, FaultContext, boolean]>([
    ['another App Key', {}, { ...ada, appKey: 'app2' }, false],
    ['no App Key', {}, { ...ada, appKey: undefined }, false],
    ['its operation', { operationId: 'issueAccessToken' }, ada, true],
    ['another operation', { operationId: 'updateUser' }, ada, false],
    ['its user', { userId: 'ada' }, ada, true],
    ['another user', { userId: 'bob' }, ada, false],
  ])('for %s decides only where it fits', (_what, rule, context, fits) => {
    faults.set('app1', { sequence: [reset], ...rule });
    expect(nextKinds(1, context)).toBe(fits ? 'reset' : '-');
  });

  it('that is older decides first', () => {
    faults.set('app1', { sequence: [reset] });
    faults.set('app1', { sequence: [{ kind: 'hang' }] });
    expect(nextKinds(3)).toBe('reset hang -');
  });

  it('is listed with its defaults and with how many requests it has decided', () => {
    const { id } = faults.set('app1', { userId: 'ada', sequence: [{ kind: 'latency' }, { kind: 'html' }] });
    faults.set('app2', { sequence: [reset] });
    nextKinds(1);
    const sequence = [
      { kind: 'latency', ms: 200 },
      { kind: 'html', status: 502 },
    ];
    expect(faults.list('app1')).toEqual([{ id, appKey: 'app1', userId: 'ada', sequence, times: 1, taken: 1 }]);
    expect(faults.list()).toHaveLength(2);
  });

  it.each<[string, unknown]>([
    ['an empty sequence', { sequence: [] }],
    ['no sequence', {}],
    ['a kind that is not known', { sequence: [{ kind: 'explode' }] }],
    ['a kind of every object', { sequence: [{ kind: 'constructor' }] }],
    ['null as a fault', { sequence: [null] }],
    ['an error that has no code', { sequence: [{ kind: 'answer' }] }],
    ['a code that is not documented', { sequence: [{ kind: 'answer', code: 4711 }] }],
    ['a status of HTML that is no 5xx', { sequence: [{ kind: 'html', status: 404 }] }],
    ['a wait that is negative', { sequence: [{ kind: 'latency', ms: -1 }] }],
    ['a wait that is text', { sequence: [{ kind: 'latency', ms: '5' }] }],
    ['times that are negative', { sequence: [reset], times: -1 }],
    ['a sequence of 101', { sequence: Array(101).fill(reset) }],
  ])('is refused with %s', (_what, rule) => {
    const thrown = failureOf(() => faults.set('app1', rule as FaultRule));
    expect(thrown).toMatchObject({ code: 'INVALID_FAULT' });
    expect(faults.list()).toEqual([]);
  });

  it('is one of at most 1,000 of an App Key', () => {
    for (let count = 0; count < 1000; count += 1) faults.set('app1', { sequence: [reset] });
    expect(failureOf(() => faults.set('app1', { sequence: [reset] }))).toMatchObject({ code: 'INVALID_FAULT' });
    faults.set('app2', { sequence: [reset] });
  });
});

describe('the header', () => {
  it.each([
    ['reset', { kind: 'reset' }],
    ['latency', { kind: 'latency', ms: 200 }],
    ['latency=300;jitter=50', { kind: 'latency', ms: 300, jitterMs: 50 }],
    ['answer=1008', { kind: 'answer', code: 1008 }],
    ['answer=429', { kind: 'answer', code: 1008 }],
    ['answer=404;status=410', { kind: 'answer', code: 404, status: 410 }],
    ['html', { kind: 'html', status: 502 }],
    ['html=503', { kind: 'html', status: 503 }],
    ['not-json;status=500', { kind: 'not-json', status: 500 }],
    ['code-on-200', { kind: 'code-on-200', code: 1000 }],
    ['hang ; ms = 5', { kind: 'hang', ms: 5 }],
  ])('%s names a fault', (header, fault) => {
    expect(faults.next({ ...ada, header })).toEqual(fault);
  });

  it('with several goes round, for each user by itself', () => {
    const header = 'reset, answer=1008;ms=5 ,success';
    expect(nextKinds(4, { ...ada, header })).toBe('reset answer - reset');
    expect(nextKinds(2, { ...ada, userId: 'bob', header })).toBe('reset answer');
    expect(nextKinds(1, { ...ada, appKey: 'app2', header })).toBe('reset');
  });

  it('comes before a rule, which it leaves as it was', () => {
    faults.set('app1', { sequence: [reset] });
    expect(nextKinds(1, { ...ada, header: 'hang' })).toBe('hang');
    expect(nextKinds(1, { ...ada, header: 'success' })).toBe('-');
    expect(nextKinds(2)).toBe('reset -');
  });

  it.each(['', 'explode', 'reset=5', 'latency=x', 'latency=-1', 'html=404', 'reset,,hang', 'toString', 'reset;to=5'])(
    'with "%s" is refused',
    (header) => {
      expect(failureOf(() => faults.next({ ...ada, header }))).toMatchObject({ code: 'INVALID_FAULT' });
    },
  );
});

describe('a magic userId', () => {
  it.each([
    ['mockFaultReset', 'reset'],
    ['mockFaultResetUser7', 'reset'],
    ['mockFaultResetAfterUser', 'reset-after'],
    ['mockFault429', 'answer'],
    ['mockFaultCodeOn200', 'code-on-200'],
    ['mockFaultResetThen429ThenSuccess', 'reset answer - reset'],
    ['mockFaultLatency5ThenTruncateUser1', 'latency truncate latency'],
  ])('%s gives %s', (userId, kinds) => {
    expect(nextKinds(kinds.split(' ').length, { ...ada, userId })).toBe(kinds);
  });

  it('has the code or the status behind its word', () => {
    expect(faults.next({ ...ada, userId: 'mockFault1050' })).toEqual({ kind: 'answer', code: 1050 });
    expect(faults.next({ ...ada, userId: 'mockFaultHtml504' })).toEqual({ kind: 'html', status: 504 });
    expect(faults.next({ ...ada, userId: 'mockFaultCodeOn200With1008' })).toEqual({ kind: 'code-on-200', code: 1008 });
  });

  it.each(['mockFault', 'mockFaultRest', 'mockFault299', 'mockFaultResetThen', 'mockFaultHtml404'])(
    'that is wrong, such as %s, is refused',
    (userId) => {
      expect(failureOf(() => faults.next({ ...ada, userId }))).toMatchObject({ code: 'INVALID_FAULT' });
    },
  );

  it('comes after a rule', () => {
    faults.set('app1', { sequence: ['success', { kind: 'hang' }] });
    expect(nextKinds(3, { ...ada, userId: 'mockFaultReset' })).toBe('- hang reset');
  });
});

it('clears the faults of one App Key, or of all', () => {
  faults.set('app1', { sequence: [reset] });
  faults.set('app2', { sequence: [reset] });
  nextKinds(1, { ...ada, header: 'reset, hang' });
  faults.clear('app1');
  expect(faults.list().map(({ appKey }) => appKey)).toEqual(['app2']);
  expect(nextKinds(1, { ...ada, header: 'reset, hang' })).toBe('reset');
  faults.clear();
  expect(faults.list()).toEqual([]);
});

function failureOf(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}
