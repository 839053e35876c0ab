import { expect, it } from 'vitest';
import type { Parameter } from '../table-types.js';
import { formPart } from './form-part.js';
import { writeParameters } from './write-parameters.js';

const list = ['blue', 'black'];
const object = { R: 100, G: 200 };

function write(parameter: Omit<Parameter, 'name' | 'required'>, value: unknown): readonly string[] {
  const headers: Record<string, string> = {};
  const named = { name: 'color', required: true, ...parameter };
  const path = parameter.in === 'path' ? '/x/{color}' : '/x';
  const written = writeParameters(
    { path, parameters: [named] },
    { [parameter.in]: { color: value } },
    headers,
    (issues) => {
      if (issues.length > 0) throw new Error(issues.map(({ message }) => message).join(' '));
    },
  );
  return [written, ...Object.entries(headers).map((pair) => pair.join(': '))];
}

// The table of the OpenAPI specification, "Style Examples".
it.each<[parameter: Omit<Parameter, 'name' | 'required'>, value: unknown, written: string]>([
  [{ in: 'path' }, 'a/b', '/x/a%2Fb'],
  [{ in: 'path' }, list, '/x/blue,black'],
  [{ in: 'path' }, object, '/x/R,100,G,200'],
  [{ in: 'path', explode: true }, object, '/x/R=100,G=200'],
  [{ in: 'path', style: 'label' }, 'blue', '/x/.blue'],
  [{ in: 'path', style: 'label' }, list, '/x/.blue,black'],
  [{ in: 'path', style: 'label', explode: true }, list, '/x/.blue.black'],
  [{ in: 'path', style: 'label', explode: true }, object, '/x/.R=100.G=200'],
  [{ in: 'path', style: 'matrix' }, 'blue', '/x/;color=blue'],
  [{ in: 'path', style: 'matrix' }, list, '/x/;color=blue,black'],
  [{ in: 'path', style: 'matrix', explode: true }, list, '/x/;color=blue;color=black'],
  [{ in: 'path', style: 'matrix', explode: true }, object, '/x/;R=100;G=200'],
  [{ in: 'query' }, 'a&b', '/x?color=a%26b'],
  [{ in: 'query' }, list, '/x?color=blue&color=black'],
  [{ in: 'query', explode: false }, list, '/x?color=blue,black'],
  [{ in: 'query' }, object, '/x?R=100&G=200'],
  [{ in: 'query', explode: false }, object, '/x?color=R,100,G,200'],
  [{ in: 'query', style: 'spaceDelimited' }, list, '/x?color=blue%20black'],
  [{ in: 'query', style: 'pipeDelimited' }, list, '/x?color=blue|black'],
  [{ in: 'query', style: 'spaceDelimited' }, object, '/x?color=R%20100%20G%20200'],
  [{ in: 'query', style: 'pipeDelimited' }, object, '/x?color=R|100|G|200'],
  [
    { in: 'query', style: 'deepObject', explode: true },
    { ...object, B: { x: [1, 2] } },
    '/x?color[R]=100&color[G]=200&color[B][x]=1&color[B][x]=2',
  ],
  [{ in: 'query', style: 'json' }, object, `/x?color=${encodeURIComponent(JSON.stringify(object))}`],
  [{ in: 'query', allowReserved: true }, 'a/b?c#d', '/x?color=a/b?c%23d'],
  [{ in: 'query', allowReserved: true }, 'a&b+c=d%2F%25', '/x?color=a%26b%2Bc=d%2F%25'],
  [{ in: 'query' }, new Date(0), '/x?color=1970-01-01T00%3A00%3A00.000Z'],
  [{ in: 'query' }, [], '/x'],
  [{ in: 'query', explode: false }, [], '/x'],
  [{ in: 'query' }, null, '/x'],
])('%j writes %j', (parameter, value, written) => {
  expect(write(parameter, value)).toEqual([written]);
});

it('puts cookies into one header, and lists into their own', () => {
  expect(write({ in: 'cookie' }, 'a b')).toEqual(['/x', 'Cookie: color=a%20b']);
  expect(write({ in: 'header' }, list)).toEqual(['/x', 'color: blue,black']);
  expect(write({ in: 'header', explode: true }, object)).toEqual(['/x', 'color: R=100,G=200']);
});

const circle: Record<string, unknown> = { R: 100 };
circle.self = circle;

it.each<[parameter: Omit<Parameter, 'name' | 'required'>, value: unknown, message: RegExp]>([
  [{ in: 'query' }, { R: { G: 1n } }, /^color\.R\.G is a BigInt/],
  [{ in: 'query', style: 'json' }, 1n, /^color is a BigInt/],
  [{ in: 'path' }, [[1n]], /^color\.0\.0 is a BigInt/],
  [{ in: 'header' }, { R: [1n] }, /^color\.R\.0 is a BigInt/],
  [{ in: 'query', style: 'deepObject' }, circle, /^color\.self refers to what it stands in/],
  [{ in: 'cookie' }, { R: circle }, /^color\.R\.self refers to what it stands in/],
])('%j refuses what cannot be written, by its place', (parameter, value, message) => {
  expect(() => write(parameter, value)).toThrow(message);
});

it('writes a BigInt where no JSON is asked for', () => {
  expect(write({ in: 'query' }, [2n ** 64n])).toEqual(['/x?color=18446744073709551616']);
});

it.each([formPart('a', {}), { R: formPart(1, {}) }])('a part of a form is none of a parameter', (value) => {
  expect(() => write({ in: 'query' }, value)).toThrow(/^color(\.R)? is made by formPart/);
});
