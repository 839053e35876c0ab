import { expect, it } from 'vitest';
import { explainStoreFailure } from './explain-store-failure.js';

const coded = (code: string, message = 'x'): Error => Object.assign(new Error(message), { code });

it.each([
  [coded('28P01'), '28P01', /password/],
  [coded('25006'), '25006', /replica/],
  [coded('42501'), '42501', /right/],
  [coded('ENOSPC'), 'ENOSPC', /full/],
  [coded('TIMED_OUT'), 'TIMED_OUT', /in time/],
  [new Error("READONLY You can't write against a read only replica."), 'READONLY', /replica/],
  // As Redis 6 says it of a script.
  [new Error('ERR Error running script: @user_script: 3: -READONLY You cannot write.'), 'READONLY', /replica/],
  [new Error('OOM command not allowed when used memory > maxmemory.'), 'OOM', /maxmemory/],
  [new Error('WRONGPASS invalid username-password pair'), 'WRONGPASS', /password/],
  [new Error('database or disk is full'), 'SQLITE_FULL', /full/],
  [new Error('lost', { cause: coded('ECONNREFUSED') }), 'ECONNREFUSED', /runs/],
])('%s is known by its code, with a remedy', (error, code, remedy) => {
  const explained = explainStoreFailure(error);
  expect(explained.code).toBe(code);
  expect(explained.remedy).toMatch(remedy);
});

it.each([
  [coded('XX000'), 'XX000'],
  [new Error('ERR something'), 'ERR'],
  // Not a code but somebody's text.
  [coded('my secret is 4711'), undefined],
  [new Error('SECRETS are here'), undefined],
  ['thrown', undefined],
  [undefined, undefined],
])('%s has no remedy', (error, code) => {
  expect(explainStoreFailure(error)).toEqual({ code, remedy: undefined });
});
