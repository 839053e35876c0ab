import { expect, it } from 'vitest';
import { brandErrors } from './error-brand.js';
import { SigningError } from './errors.js';

// The same file stands in other packages. It is tried here for all of them.

/** The errors of a package, as each copy of it makes them. */
function loadCopy(packageName = 'some') {
  class FirstError extends Error {}
  class SecondError extends Error {}
  class ExtendedError extends FirstError {}
  brandErrors(packageName, { FirstError, SecondError });
  return { FirstError, SecondError, ExtendedError };
}

it('an error is known by its class in each copy of its package, and by no other class', () => {
  const [own, other] = [loadCopy(), loadCopy()];
  const error = new other.FirstError('x');
  expect([error instanceof own.FirstError, error instanceof other.FirstError]).toEqual([true, true]);
  expect([error instanceof own.SecondError, error instanceof other.SecondError]).toEqual([false, false]);
  expect(error instanceof loadCopy('another').FirstError).toBe(false);
  expect(error instanceof Error).toBe(true);
});

it.each([undefined, null, 'FirstError', new Error('x'), {}])('%o is none', (value) => {
  expect((value as unknown) instanceof loadCopy().FirstError).toBe(false);
});

it('a class that extends one knows its own errors alone, which the one knows too', () => {
  const [own, other] = [loadCopy(), loadCopy()];
  const extended = new own.ExtendedError('x');
  expect([extended instanceof own.ExtendedError, extended instanceof other.FirstError]).toEqual([true, true]);
  expect(new own.FirstError('x') instanceof own.ExtendedError).toBe(false);
  expect(extended instanceof other.ExtendedError).toBe(false);
});

it('the error of this package has the name by which each copy knows it', () => {
  class Another extends Error {}
  brandErrors('signing', { SigningError: Another });
  const error = new SigningError('x', { code: 'INVALID_OPTION', field: 'now' });
  expect([error instanceof Another, error instanceof SigningError, new Another() instanceof SigningError]).toEqual([
    true,
    true,
    true,
  ]);
});
