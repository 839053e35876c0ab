import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { createOptionChecks } from './check-options.js';

// The same file stands in other packages. It is tried here for all of them.
const { checkChoice, checkFunction, checkNames, checkNumber, checkText } = createOptionChecks((option, problem) => {
  throw new Error(`${option} ${problem}`);
});

describe('names', () => {
  const known = { timeoutMs: 0, retry: undefined, secret: null };

  it.each([
    ['none', {}],
    ['known ones', { timeoutMs: 1, retry: false }],
    ['null where it is a value', { secret: null }],
    ['an unknown one that is undefined, as a spread leaves it', { timeout: undefined }],
    ['a known one that is undefined', { timeoutMs: undefined }],
  ])('%s are taken', (_, given) => {
    expect(() => checkNames(given, known)).not.toThrow();
  });

  it.each<[given: unknown, group: string | undefined, message: string]>([
    [{ timeout: 1 }, undefined, 'timeout is no option. Did you mean timeoutMs?'],
    [{ timeout: 1 }, 'retry.', 'retry.timeout is no option. Did you mean timeoutMs?'],
    [{ toString: 1 }, undefined, 'toString is no option. The options are timeoutMs, retry, secret.'],
    [{ timeoutMs: null }, undefined, 'timeoutMs is null. Pass a value, or leave it out.'],
    [{ timeoutMs: null }, 'retry.', 'retry.timeoutMs is null. Pass a value, or leave it out.'],
    [null, undefined, 'options is null. Pass an object.'],
    [null, 'retry.', 'retry is null. Pass an object.'],
    ['timeoutMs', undefined, 'options is of type string. Pass an object.'],
    [() => 1, 'retry.', 'retry is of type function. Pass an object.'],
  ])('%o in the group %j is refused by its name', (given, group, message) => {
    expect(() => checkNames(given as object, known, group)).toThrow(new Error(message));
  });

  class Empty {}
  class Made {
    timeoutMs = 1;
    method() {}
  }
  class Read {
    get timeoutMs() {
      return 1;
    }
    method() {}
  }
  class Hidden {
    #timeoutMs = 1;
    method() {
      return this.#timeoutMs;
    }
  }

  it.each<[string, object]>([
    ['without a prototype', Object.create(null)],
    ['without a prototype, and with one', Object.assign(Object.create(null), { timeoutMs: 1 })],
    ['that inherit from others', Object.create({ timeoutMs: 1 })],
    ['that inherit from none', Object.create({})],
    ['of a class', new Made()],
    ['that a class reads', new Read()],
    ['of a class below another', new (class extends Read {})()],
    ['of a class without members', new Empty()],
    ['of a class below one without members', new (class extends Empty {})()],
    ['of another realm', runInNewContext('({})')],
    ['that a module exports', Object.create(null, { [Symbol.toStringTag]: { value: 'Module' } })],
  ])('%s are taken', (_, given) => {
    expect(() => checkNames(given, known)).not.toThrow();
  });

  it.each<object>([
    new Map([['timeoutMs', 1]]),
    new (class extends Map {})(),
    new Set(),
    new Date(),
    /x/,
    new Error('timeoutMs'),
    new Headers(),
    new URL('https://example.com'),
    Promise.resolve({ timeoutMs: 1 }),
    new Hidden(),
    Object.create(new Hidden()),
    runInNewContext('new Map()'),
  ])('an object of another kind is refused: %o', (given) => {
    const message = 'is an object of another kind. Pass a plain one.';
    expect(() => checkNames(given, known)).toThrow(new Error(`options ${message}`));
    expect(() => checkNames(given, known, 'retry.')).toThrow(new Error(`retry ${message}`));
  });

  it('one of a class that is misspelt is refused by its name', () => {
    const given = Object.assign(new Hidden(), { timeout: 1 });
    expect(() => checkNames(given, known)).toThrow(new Error('timeout is no option. Did you mean timeoutMs?'));
  });

  it.each<[wrong: string, names: readonly string[], answer: string]>([
    ['NonceStore', ['now', 'nonceStore'], 'Did you mean nonceStore?'],
    // The part of the name that is alike decides, not how many letters are.
    ['retry', ['retryOnlyWhileOnline', 'retries'], 'Did you mean retries?'],
    ['abcx', ['abcd', 'abce'], 'Did you mean abcd?'],
    // Its end counts as a pair.
    ['id', ['ad'], 'Did you mean ad?'],
    ['abcde', ['abcdefghij'], 'Did you mean abcdefghij?'],
    ['abcd', ['abcdefghij', 'other'], 'The options are abcdefghij, other.'],
    // So does the part of the wrong one.
    ['nowhereElse', ['now'], 'The options are now.'],
    ['xyz', ['now', 'nonceStore'], 'The options are now, nonceStore.'],
  ])('%s beside %j is answered by the name that is most like it, or by all', (wrong, names, answer) => {
    const known = Object.fromEntries(names.map((name) => [name, 0]));
    expect(() => checkNames({ [wrong]: 1 }, known)).toThrow(new Error(`${wrong} is no option. ${answer}`));
  });
});

describe('a number', () => {
  const rule = { unit: 'seconds', min: 1, max: 10 };

  it.each([1, 2.5, 10])('of %d is returned from 1 to 10', (value) => {
    expect(checkNumber('wait', value, rule)).toBe(value);
  });

  it.each<[value: unknown, shown: string]>([
    [0.9, '0.9'],
    [10.1, '10.1'],
    [Number.NaN, 'NaN'],
    [undefined, 'of type undefined'],
    [null, 'null'],
    // A text may be a secret in the wrong place.
    ['5', 'of type string'],
    [5n, 'of type bigint'],
    [[5], 'of type object'],
  ])('of %o is refused, and shown as %s', (value, shown) => {
    const message = `wait is ${shown}. Pass seconds from 1 to 10.`;
    expect(() => checkNumber('wait', value, rule)).toThrow(new Error(message));
    expect(() => checkNumber('wait', value, { ...rule, isWhole: false })).toThrow(new Error(message));
  });

  it('is whole where it has to be', () => {
    const check = (value: number) => checkNumber('wait', value, { ...rule, isWhole: true });
    expect([check(1), check(10)]).toEqual([1, 10]);
    for (const value of [2.5, 11]) {
      expect(() => check(value)).toThrow(new Error(`wait is ${value}. Pass whole seconds from 1 to 10.`));
    }
  });
});

describe('another value', () => {
  it('is a function, or left out', () => {
    for (const value of [undefined, () => 1, Date.now]) expect(() => checkFunction('now', value)).not.toThrow();
    for (const [value, shown] of [
      [null, 'null'],
      [5, 'of type number'],
      [{}, 'of type object'],
    ] as const) {
      const message = `now is ${shown}. Pass a function, or leave it out.`;
      expect(() => checkFunction('now', value)).toThrow(new Error(message));
    }
  });

  it('is one of the choices', () => {
    const choices = ['a', 7, false];
    expect(choices.map((choice) => checkChoice('mode', choice, choices))).toEqual(choices);
    for (const value of ['b', '7', undefined, null, 0]) {
      const message = 'mode is none of "a", 7, false. Pass one of them.';
      expect(() => checkChoice('mode', value, choices)).toThrow(new Error(message));
    }
  });

  it('is a text that is not empty', () => {
    expect(checkText('appKey', 'x')).toBe('x');
    for (const [value, shown] of [
      ['', 'empty'],
      [undefined, 'of type undefined'],
      [null, 'null'],
      [['x'], 'of type object'],
    ] as const) {
      const message = `appKey is ${shown}. Pass a text that is not empty.`;
      expect(() => checkText('appKey', value)).toThrow(new Error(message));
    }
  });
});
