import { expect, it } from 'vitest';
import { Problem, retryAfterSeconds, toProblem } from './problem.js';

it.each([
  Object.assign(new Error('Of somebody else.'), { code: 'TRY_LATER', retryAfterMs: 1_000 }),
  { name: 'TokenServiceError', code: 'TRY_LATER', retryAfterMs: 1_000 },
  'TRY_LATER',
  undefined,
  null,
])('%o, which is no error of the service, is a failure of the server', (thrown) => {
  expect(toProblem(thrown)).toMatchObject({ code: 'INTERNAL_ERROR', status: 500, retryAfterMs: undefined });
  expect(toProblem(thrown).cause).toBe(thrown);
});

it('a problem is itself', () => {
  const problem = new Problem('NOT_SIGNED_IN', 'Nobody is logged in.');
  expect(toProblem(problem)).toBe(problem);
  expect(problem).toMatchObject({ status: 401, isSpread: false });
});

it('where waiting does not help there is no time to wait', () => {
  expect(retryAfterSeconds(new Problem('NOT_SIGNED_IN', 'Nobody is logged in.'), () => 0.5)).toBeUndefined();
});
