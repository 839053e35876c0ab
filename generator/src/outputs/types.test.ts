import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleDocument, readSources, resolveDocument } from '@nexconn-kit/document/compiler';
import openapiTS, { astToString, type OpenAPI3, stringToAST } from 'openapi-typescript';
import { expect, test } from 'vitest';
import { compiler } from '../../../test/support/compiler.js';
import type { ResolvedDocument } from '../types.js';
import { typesOutput } from './types.js';

const repository = fileURLToPath(new URL('../../..', import.meta.url));
const strict = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noEmit: true,
  target: 'es2023',
  module: 'nodenext',
  types: [],
};

/** A file is more than the text that openapi-typescript has for it. */
const [file] = stringToAST('type File = Blob | Uint8Array<ArrayBuffer> | string') as [{ type: never }];
const transform = ({ format }: { format?: string }) => (format === 'binary' ? file.type : undefined);

// The property of each member of `Theirs` that is not the same type in `Ours`, or is not there.
const comparison = `
// Of what there is none, openapi-typescript writes never.
type Some<T> = [T] extends [never] ? Record<never, never> : T;
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
type Different<Ours, Theirs> = keyof { [K in keyof Theirs as K extends keyof Ours ? (Same<Ours[K], Theirs[K]> extends true ? never : K) : K]: 0 };
`;

async function resolve(root: string, source: string): Promise<ResolvedDocument> {
  const sources = await readSources(root, source);
  const home = { folder: '', types: '', validator: '', command: '' };
  return { name: source, source, home, ...resolveDocument(bundleDocument(sources), sources) };
}

/** Returns what the compiler says of a program of these files. */
async function compile(files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'generator-types-'));
  try {
    const config = { compilerOptions: { ...strict, lib: ['es2023', 'dom'] }, include: ['*.ts'] };
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config));
    for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
    return spawnSync(process.execPath, [compiler, '-p', folder], { encoding: 'utf8' }).stdout;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

test('paths, components and operations are the same types as openapi-typescript makes of the documents', async () => {
  const files: Record<string, string> = {};
  for (const name of ['spec/nexconn', 'spec/token-service', 'generator/fixtures/zoo']) {
    const document = await resolve(repository, `${name}/openapi.yaml`);
    const key = name.replaceAll(/\W/g, '_');
    const copy = structuredClone(document.bundle) as unknown as OpenAPI3;
    files[`${key}_theirs.ts`] = astToString(
      await openapiTS(copy, { silent: true, defaultNonNullable: false, transform }),
    );
    files[`${key}_ours.ts`] = typesOutput(document)[0]?.content ?? '';
    files[`${key}.ts`] = `import type * as Ours from './${key}_ours.js';
import type * as Theirs from './${key}_theirs.js';
${comparison}
type None<T extends never> = T;
export type Operations = None<Different<Ours.operations, Theirs.operations>>;
export type Schemas = None<Different<Ours.components['schemas'], Theirs.components['schemas']>>;
export type Responses = None<Different<Some<Ours.components['responses']>, Some<Theirs.components['responses']>>>;
export type Paths = None<Exclude<keyof Theirs.paths, keyof Ours.paths>>;
`;
  }
  expect(await compile(files)).toBe('');
});

test('where openapi-typescript says less than the document does, the types say it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'generator-types-'));
  await writeFile(join(folder, 'openapi.yaml'), document);
  const [types] = typesOutput(await resolve(folder, 'openapi.yaml'));
  await rm(folder, { recursive: true });
  expect(types?.content).not.toContain('undefined');
  expect(await compile({ 'types.ts': types?.content ?? '', 'uses.ts': uses })).toBe('');
});

const document = `openapi: 3.1.0
info: {title: Forest, version: 1.0.0}
servers: [{url: https://forest.test}]
paths:
  /trees/{treeId}:
    parameters:
      - {name: treeId, in: path, required: true, schema: {type: integer}}
      - {name: session, in: cookie, schema: {type: string}}
    put:
      parameters: [{$ref: '#/components/parameters/Tags'}]
      requestBody: {required: true, content: {application/octet-stream: {schema: {type: string, format: binary}}}}
      responses:
        '200': {$ref: '#/components/responses/Tree'}
        4XX: {description: Refused., headers: {Retry-After: {required: true, schema: {type: integer}}}}
    get:
      operationId: getBird
      responses: {'200': {description: A bird., content: {application/json: {schema: {$ref: '#/components/schemas/Bird'}}}}}
components:
  parameters:
    Tags: {name: tags, in: query, schema: {type: array, items: {$ref: '#/components/schemas/Tree/properties/tag'}}}
  responses:
    Tree: {description: The tree., content: {application/json: {schema: {$ref: '#/components/schemas/Tree'}}}}
  schemas:
    Tree:
      type: object
      required: [tag, branches]
      properties:
        tag: {type: string, enum: [oak, elm]}
        branches: {type: array, items: {$ref: '#/components/schemas/Tree'}}
        notes: {type: object}
    Bird:
      oneOf: [{$ref: '#/components/schemas/Owl'}, {$ref: '#/components/schemas/Tit'}]
      discriminator: {propertyName: kind, mapping: {night: '#/components/schemas/Owl'}}
    Owl: {type: object, required: [kind], properties: {kind: {type: string}, turns: {type: integer}}}
    Tit: {type: object, properties: {kind: {type: string}, sings: {type: boolean}}}
    'a/b': {type: object, properties: {self: {$ref: '#/components/schemas/a~1b'}}}
`;

const uses = `import type { components, operations, paths } from './types.js';
type Schemas = components['schemas'];
const tree: Schemas['Tree'] = { tag: 'oak', branches: [{ tag: 'elm', branches: [] }], notes: { anything: 1 } };
// A tag tells the birds apart, by its mapping or by the name.
export const told = (bird: Schemas['Bird']): unknown => (bird.kind === 'night' ? bird.turns : bird.sings);
// @ts-expect-error No bird has this tag.
export const wrong: Schemas['Owl'] = { kind: 'day' };
type Put = paths['/trees/{treeId}']['put'];
export const parameters: Put['parameters'] = { path: { treeId: 1 }, query: { tags: ['oak'] }, cookie: { session: 's' } };
// @ts-expect-error A parameter of the path is needed.
export const none: Put['parameters'] = {};
export const body: Put['requestBody']['content']['application/octet-stream'] = new Uint8Array(1);
export const answer: Put['responses'][200]['content']['application/json'] = tree;
export const later: number = ({} as Put['responses']['4XX']['headers'])['Retry-After'];
export const bird: operations['getBird'] extends paths['/trees/{treeId}']['get'] ? true : false = true;
export const nested: Schemas['a/b'] = { self: { self: {} } };
`;
