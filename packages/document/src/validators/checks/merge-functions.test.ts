import { expect, it } from 'vitest';
import { type CheckFunction, mergeFunctions } from './merge-functions.js';

function make(name: string, ...lines: string[]): CheckFunction {
  return { name, notes: false, lines };
}

it('keeps the first of the functions that do the same', () => {
  const { functions, rename } = mergeFunctions([
    make('a', 'return x;'),
    make('b', 'return y;'),
    make('c', 'return x;'),
  ]);
  expect(functions.map(({ name }) => name)).toEqual(['a', 'b']);
  expect(rename('c(v, p, e) && b(v, p, e)')).toBe('a(v, p, e) && b(v, p, e)');
});

it('merges those that call others which were merged, however many lie between', () => {
  const chain = (end: string) => [make(`one${end}`, `two${end}();`), make(`two${end}`, `three${end}();`)];
  const { functions, rename } = mergeFunctions([
    ...chain('A'),
    ...chain('B'),
    make('threeA', '1'),
    make('threeB', '1'),
  ]);
  expect(functions).toEqual([make('oneA', 'twoA();'), make('twoA', 'threeA();'), make('threeA', '1')]);
  expect(rename('oneB twoB threeB')).toBe('oneA twoA threeA');
});

it('takes a text, or a member, that is called like a function for what it is', () => {
  const { functions, rename } = mergeFunctions([
    make('a', '1'),
    make('b', '1'),
    make('reports', "e(p, 'required', undefined, 'b') || b(v.b, p + '/it\\'s b', e)"),
  ]);
  expect(rename('{ b: [b] }')).toBe('{ b: [a] }');
  expect(functions.at(-1)?.lines).toEqual(["e(p, 'required', undefined, 'b') || a(v.b, p + '/it\\'s b', e)"]);
});

it('tells apart those that take the set of evaluated keys', () => {
  const given = [make('a', '1'), { ...make('b', '1'), notes: true }];
  expect(mergeFunctions(given).functions).toEqual(given);
});

it('leaves those that call each other, or themselves, as they are', () => {
  const given = [make('a', 'b();'), make('b', 'a();'), make('c', 'c();')];
  expect(mergeFunctions(given).functions).toEqual(given);
});
