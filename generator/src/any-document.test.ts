import { execFile } from 'node:child_process';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compiler } from '../../test/support/compiler.js';
import { makeScratch, type Scratch } from '../test/support/make-scratch.js';

type Issue = { field: string; keyword: string; limit?: unknown; actual?: unknown; message: string };
type Validators = Record<string, (body: unknown) => Issue[]>;

const repository = fileURLToPath(new URL('../..', import.meta.url));
const animal = { name: 'leo', kind: 'cat', legs: 4 };
let scratch: Scratch;
let validators: Validators;
let resultValidators: Validators;

/** The fixture has `$ref`s, `allOf`, parameters without a body, no envelope, no error codes and a recursive schema. */
beforeAll(async () => {
  scratch = await makeScratch('zoo');
  await scratch.generate();
  for (const path of ['types.ts', 'validator']) {
    const source = join(repository, 'packages/contract/src', path);
    const isSource = (file: string): boolean => !file.endsWith('.test.ts');
    await cp(source, join(scratch.root, 'packages/contract/src', path), { recursive: true, filter: isSource });
  }
  const generated = join(scratch.root, 'packages/contract/src/generated/zoo');
  const load = async (name: string): Promise<Record<string, Validators>> =>
    import(/* @vite-ignore */ join(generated, `${name}.gen.ts`));
  ({ requestValidators: validators = {} } = await load('validators'));
  ({ resultValidators = {} } = await load('result-validators'));
});

afterAll(() => scratch[Symbol.asyncDispose]());

test('the generated types compile under strict rules and say what the document says', async () => {
  const folder = 'packages/contract/src';
  const names = ['document', 'error-catalogue', 'operations', 'result-validators', 'standard-schemas', 'validators'];
  const lines = names.map((name) => `export * from './generated/zoo/${name}.gen.js';`);
  await scratch.write(
    `${folder}/index.ts`,
    `${lines.join('\n')}\nexport type * from './generated/zoo/types.gen.js';\nexport type * from './types.js';\n`,
  );
  const tableTypes = 'packages/client/src/table-types.ts';
  await cp(join(repository, tableTypes), join(scratch.root, tableTypes));
  await cp(join(repository, 'packages/client/src/writers'), join(scratch.root, 'packages/client/src/writers'), {
    recursive: true,
    filter: (file) => !file.endsWith('.test.ts'),
  });
  await scratch.write(
    'packages/client/src/errors.ts',
    'export type NexconnErrorCode = string;\nexport type NexconnError = Error;\n',
  );
  await scratch.write('packages/client/src/call-options.ts', 'export interface CallOptions { timeoutMs?: number }\n');
  await scratch.write('packages/client/src/check.ts', typeCheck);
  const compilerOptions = {
    ...{
      target: 'ES2023',
      module: 'ESNext',
      moduleResolution: 'Bundler',
      lib: ['ES2023', 'DOM'],
      types: [],
      noEmit: true,
    },
    ...{ strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, verbatimModuleSyntax: true },
    ...{
      paths: {
        '@nexconn-kit/contract': ['./packages/contract/src/index.ts'],
        '@nexconn-kit/contract/request-validators': ['./packages/contract/src/generated/zoo/validators.gen.ts'],
        '@nexconn-kit/contract/result-validators': ['./packages/contract/src/generated/zoo/result-validators.gen.ts'],
        '@nexconn-kit/contract/validator': ['./packages/contract/src/validator/index.ts'],
      },
    },
  };
  const files = ['packages/client/src/check.ts', 'packages/client/src/generated/zoo/tables.gen.ts'];
  await scratch.write('tsconfig.json', JSON.stringify({ compilerOptions, files }));
  expect(await compile(scratch.root)).toBe('');
});

const typeCheck = `
import type { AddAnimalRequest, AddAnimalResult, DeleteAnimalResult, DrawShapeRequest, ErrorCode, ErrorName,
  GetAnimalRequest, GetAnimalResult, OperationId, PingResult, paths, requestSchemas, resultSchemas } from '@nexconn-kit/contract';
import type { OperationMethods } from './generated/zoo/methods.gen.js';

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const yes = <T extends true>(): T | undefined => undefined;

yes<Same<OperationId, 'getAnimal' | 'delete-animal' | 'ping' | 'addAnimal' | 'drawShape'>>();
yes<Same<GetAnimalRequest, { animalId: string; fields?: string[]; 'X-Trace': string }>>();
yes<Same<GetAnimalResult, { animalId: string; operation?: { done?: true }; closed?: { a?: number }; shape?: { side: number; name?: string } | { side?: number }; legs?: unknown }>>();
yes<Same<AddAnimalRequest['kind'], 'cat' | "it's" | null | 3>>();
yes<Same<AddAnimalRequest['weight'], number | null | undefined>>();
yes<Same<AddAnimalRequest['home'], { street: string } | null | undefined>>();
yes<Same<AddAnimalRequest['point'], [number, number] | undefined>>();
yes<Same<AddAnimalRequest['labels'], { [key: string]: string } | undefined>>();
yes<Same<NonNullable<AddAnimalResult['children']>[number]['name'], string>>();
yes<Same<DrawShapeRequest, { radius: number } | { side: number }>>();
yes<Same<DeleteAnimalResult, void>>();
yes<Same<PingResult, number[]>>();
yes<Same<ErrorName | ErrorCode, never>>();
yes<Same<paths['/ping']['get']['responses'][200]['content']['application/json'], number[]>>();

type Value<Schema extends { '~standard': { types?: unknown } }> = NonNullable<Schema['~standard']['types']>;
yes<Same<keyof typeof requestSchemas, 'addAnimal' | 'drawShape'>>();
yes<Same<Value<typeof requestSchemas.addAnimal>, { readonly input: AddAnimalRequest; readonly output: AddAnimalRequest }>>();
yes<Same<Value<typeof requestSchemas.drawShape>['output'], DrawShapeRequest | undefined>>();
yes<Same<keyof typeof resultSchemas, 'getAnimal' | 'ping' | 'addAnimal'>>();
yes<Same<Value<typeof resultSchemas.ping>['output'], number[]>>();

declare const client: OperationMethods;
client.ping();
client['delete-animal']({ animalId: 'a' }, { timeoutMs: 1 });
// @ts-expect-error The name is required.
client.addAnimal({ kind: 'cat', legs: 4 });
`;

describe('the validators of any document', () => {
  test.each<[claim: string, operationId: string, body: unknown]>([
    ['the least of fields', 'addAnimal', animal],
    ['null where null is allowed', 'addAnimal', { ...animal, kind: null, weight: null, home: null }],
    ['a field that is undefined, as JSON leaves it out', 'addAnimal', { ...animal, weight: undefined }],
    ['a recursive value', 'addAnimal', { ...animal, parent: { name: 'a', children: [{ name: 'b', children: [] }] } }],
    ['a format that is only an annotation', 'addAnimal', { ...animal, size: 'any' }],
    ['a field that no schema names', 'addAnimal', { ...animal, other: 1 }],
    ['a body that may be absent', 'drawShape', undefined],
    ['one of two shapes', 'drawShape', { side: 1 }],
    ['anything for an operation without a body', 'ping', undefined],
  ])('accept %s', (_, operationId, body) => {
    expect(validators[operationId]?.(body)).toEqual([]);
  });

  test.each<[field: string, keyword: string, change: object, rest: Partial<Issue>]>([
    ['name', 'minLength', { name: '' }, { limit: 1, actual: 0 }],
    ['name', 'pattern', { name: 'A' }, { limit: '^[a-z]+$' }],
    ['kind', 'enum', { kind: 'dog' }, { limit: '"cat", "it\'s", null, 3' }],
    ['legs', 'type', { legs: 1.5 }, { limit: 'integer', actual: 'number' }],
    ['legs', 'minimum', { legs: -2 }, { limit: 0 }],
    ['legs', 'maximum', { legs: 10 }, { limit: 8 }],
    ['legs', 'multipleOf', { legs: 3 }, { limit: 2 }],
    ['weight', 'type', { weight: '1' }, { limit: 'number or null', actual: 'string' }],
    ['weight', 'exclusiveMinimum', { weight: 0 }, { limit: 0 }],
    ['tags', 'minItems', { tags: [] }, { limit: 1, actual: 0 }],
    ['tags', 'maxItems', { tags: ['a', 'b', 'c'] }, { limit: 2, actual: 3 }],
    ['tags', 'uniqueItems', { tags: ['a', 'a'] }, {}],
    ['tags.1', 'maxLength', { tags: ['a', 'long'] }, { limit: 3, actual: 4 }],
    ['home', 'oneOf', { home: { street: '' } }, {}],
    [
      'parent.children.0.name',
      'maxLength',
      { parent: { name: 'a', children: [{ name: 'abcde' }] } },
      { limit: 4, actual: 5 },
    ],
    ['parent.children.0.name', 'required', { parent: { name: 'a', children: [{}] } }, {}],
    ['point.1', 'type', { point: [1, 'x'] }, { limit: 'number', actual: 'string' }],
    ['labels.any', 'x-max-bytes', { labels: { any: 'éée' } }, { limit: 4, actual: 5 }],
    ['strict.b', 'additionalProperties', { strict: { b: 1 } }, {}],
    ['born', 'format', { born: 'today' }, { limit: 'date' }],
  ])('name %s and its %s', (field, keyword, change, rest) => {
    const issues = validators.addAnimal?.({ ...animal, ...change }) ?? [];
    expect(issues).toMatchObject([{ field, keyword, ...rest }]);
    expect(issues[0]?.message).toMatch(new RegExp(`^${field.replaceAll('.', '\\.')} .*\\.$`));
    expect(issues[0]?.message).not.toContain('undefined');
  });
});

describe('the validators of results', () => {
  test.each<[claim: string, operationId: string, result: unknown]>([
    ['fields that no schema names', 'addAnimal', { name: 'leo', later: 1 }],
    ['more than a schema closes', 'getAnimal', { animalId: 'a', closed: { a: 1, later: 2 } }],
    [
      'what fits several shapes of which it was to fit one',
      'getAnimal',
      { animalId: 'a', shape: { side: 1, later: 2 } },
    ],
    ['a long text where shapes are alternatives', 'getAnimal', { animalId: 'a', shape: { side: 1, name: 'longer' } }],
    ['nothing where nothing is documented', 'delete-animal', undefined],
    ['a list', 'ping', [1, 2]],
  ])('accept %s', (_, operationId, result) => {
    expect(resultValidators[operationId]?.(result)).toEqual([]);
  });

  test.each<[field: string, keyword: string, operationId: string, result: unknown]>([
    ['', 'type', 'ping', null],
    ['1', 'type', 'ping', [1, 'a']],
    ['children.0.name', 'required', 'addAnimal', { name: 'leo', children: [{}] }],
    ['name', 'maxLength', 'addAnimal', { name: 'longer' }],
    ['shape', 'anyOf', 'getAnimal', { animalId: 'a', shape: { side: 'a' } }],
    ['closed.a', 'type', 'getAnimal', { animalId: 'a', closed: { a: 'a' } }],
    ['legs', 'not', 'getAnimal', { animalId: 'a', legs: 'long' }],
  ])('name %s and its %s', (field, keyword, operationId, result) => {
    const issues = resultValidators[operationId]?.(result) ?? [];
    expect(issues).toMatchObject([{ field, keyword }]);
    expect(issues[0]?.message).toMatch(field === '' ? /^The result / : /./);
  });
});

function compile(folder: string): Promise<string> {
  return new Promise((resolve) => {
    execFile(process.execPath, [compiler, '-p', folder], (_, stdout, stderr) => resolve(stdout + stderr));
  });
}
