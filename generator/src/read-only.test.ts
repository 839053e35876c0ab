import { spawnSync } from 'node:child_process';
import { mkdir, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadDocument } from '@nexconn-kit/document';
import { expect, it } from 'vitest';
import { compiler } from '../../test/support/compiler.js';
import { makeScratch } from '../test/support/make-scratch.js';
import { generateApi } from './generate-api.js';

const repository = fileURLToPath(new URL('../..', import.meta.url));

const document = `openapi: 3.1.0
info: { title: Crew, version: 1.0.0 }
servers: [{ url: https://crew.example }]
paths:
  /members:
    post:
      operationId: addMember
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/Member' } } } }
      responses: { '200': { $ref: '#/components/responses/Member' } }
  /crews:
    post:
      operationId: addCrew
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/AddCrewRequest' } } } }
      responses:
        '200': { description: All, content: { application/json: { schema: { $ref: '#/components/schemas/Crew' } } } }
        '400': { description: No, content: { application/json: { schema: { $ref: '#/components/schemas/Member' } } } }
    put:
      operationId: setCrew
      requestBody: { $ref: '#/components/requestBodies/Crew' }
      responses:
        '200': { description: All, content: { application/json: { schema: { type: array, items: { $ref: '#/components/schemas/Crew' } } } } }
  /plain:
    post:
      operationId: addPlain
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/Plain' } } } }
      responses: { '200': { description: a, content: { application/json: { schema: { $ref: '#/components/schemas/Plain' } } } } }
  /accounts:
    post:
      operationId: addAccount
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/Account' } } } }
      responses: { '200': { description: a, content: { application/json: { schema: { $ref: '#/components/schemas/Account' } } } } }
    put:
      operationId: setAccounts
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/Accounts' } } } }
      responses: { '200': { description: a, content: { application/json: { schema: { $ref: '#/components/schemas/Accounts' } } } } }
components:
  requestBodies:
    Crew: { required: true, content: { application/json: { schema: { allOf: [{ $ref: '#/components/schemas/Crew' }, { type: object, required: [why], properties: { why: { type: string } } }] } } } }
  responses:
    Member: { description: One, content: { application/json: { schema: { $ref: '#/components/schemas/Member' } } } }
  schemas:
    Id: { type: integer, readOnly: true }
    Member:
      type: object
      required: [id, name, password]
      properties:
        id: { $ref: '#/components/schemas/Id' }
        name: { type: string }
        password: { type: string, writeOnly: true }
        seen: { type: string, readOnly: true }
        friends: { type: array, items: { $ref: '#/components/schemas/Member' } }
    Crew: { type: object, required: [members], properties: { members: { type: array, items: { $ref: '#/components/schemas/Member' } }, first: { oneOf: [{ $ref: '#/components/schemas/Member' }, { type: 'null' }] } } }
    AddCrewRequest: { type: object, required: [id, title], properties: { id: { type: string, readOnly: true }, title: { $ref: '#/components/schemas/Plain' } } }
    MemberInput: { type: object, properties: { other: { $ref: '#/components/schemas/Plain' } } }
    Named: { type: object, required: [id, name, key], properties: { id: { type: string }, name: { type: string }, key: { type: string } } }
    Account: { allOf: [{ $ref: '#/components/schemas/Named' }, { properties: { id: { readOnly: true }, key: { writeOnly: true } } }] }
    Accounts:
      type: object
      properties:
        apart: { allOf: [{ type: object, required: [id, n], properties: { id: { type: string }, n: { type: integer } } }, { type: object, properties: { id: { type: string, readOnly: true } } }] }
        beside: { $ref: '#/components/schemas/Named', properties: { id: { readOnly: true }, key: { writeOnly: true } } }
        choice: { allOf: [{ $ref: '#/components/schemas/Account' }], oneOf: [{ type: object, required: [a], properties: { a: { type: string } } }, { type: object, required: [b], properties: { b: { type: string } } }] }
        circle: { allOf: [{ $ref: '#/components/schemas/Circle' }, { type: object, properties: { id: { readOnly: true } } }] }
        deep: { allOf: [{ allOf: [{ $ref: '#/components/schemas/Beside' }] }, { type: object, properties: { id: { $ref: '#/components/schemas/Id' } } }] }
        list: { type: array, items: { $ref: '#/components/schemas/Account' } }
        named: { $ref: '#/components/schemas/Named' }
    Beside: { type: object, required: [id, named], properties: { id: { type: integer }, named: { $ref: '#/components/schemas/Named' } } }
    Circle: { type: object, required: [id], properties: { id: { type: string }, again: { allOf: [{ $ref: '#/components/schemas/Circle' }, { type: object, properties: { id: { readOnly: true } } }] } } }
    Plain: { type: object, required: [text], properties: { text: { type: string }, note: { type: string, readOnly: true } } }
`;

const check = `import { createApiClient } from '@nexconn-kit/client/api';
import { clientApi, requestValidators, resultSchemas, type components, type AddMemberRequest, type AddMemberResult } from './crew/index.gen.js';
import type * as types from './crew/index.gen.js';
const client = createApiClient(clientApi);

const ada: AddMemberRequest = { name: 'Ada', password: 'x', friends: [{ name: 'Grace', password: 'y' }] };
const added: AddMemberResult = await client.addMember(ada);
const id: number = added.id;
const friend: number | undefined = added.friends?.[0]?.id;
// It may be asked for, since it may be answered all the same, and is not promised.
const secret: string | undefined = added.password;
// @ts-expect-error It is not promised.
const promised: string = added.password;
// What was answered can be sent back.
await client.addMember({ ...added, password: 'z', friends: [] });
// @ts-expect-error A name is missing.
await client.addMember({ password: 'x' });
// @ts-expect-error The name of a friend is missing.
await client.addMember({ ...ada, friends: [{ password: 'x' }] });
// @ts-expect-error The password is missing.
await client.addMember({ name: 'Ada' });

const crew = await client.addCrew({ title: { text: 'a' } });
const member: number | undefined = crew.members[0]?.id;
const [other] = await client.setCrew({ why: 'a', members: [ada], first: ada });
const first: number | undefined = other?.first?.id;
// @ts-expect-error The reason is missing.
await client.setCrew({ members: [ada] });

const { data, error } = await client.http.POST('/members', { body: { name: 'Ada', password: 'x' } });
const ofData: number | undefined = data?.id;
await client.http.PUT('/crews', { body: { why: 'a', members: [{ name: 'Ada', password: 'x' }] } });
const whole: components['schemas']['Member'] = { id: 1, name: 'a', password: 'b' };
const plain: types.AddPlainResult = await client.addPlain({ text: 'a' } satisfies types.Plain);
const account: types.AddAccountResult = await client.addAccount({ name: 'a', key: 'b' });
const accountId: string = account.id;
// @ts-expect-error It is not promised.
const key: string = account.key;
// @ts-expect-error The name is missing.
await client.addAccount({ key: 'b' });
const named = { id: 'a', name: 'b', key: 'c' };
const accounts = await client.setAccounts({
  ...{ apart: { n: 1 }, beside: { name: 'a', key: 'b' }, choice: { name: 'a', key: 'b', a: 'c' } },
  ...{ deep: { named }, list: [{ name: 'a', key: 'b' }], named },
});
const deep: number | undefined = accounts.deep?.id;
const listed: string | undefined = accounts.list?.[0]?.id;
// @ts-expect-error Elsewhere the ID is demanded.
await client.setAccounts({ named: { name: 'a', key: 'b' } });
const errors: types.AddCrewErrors = { 400: { id: 1, name: 'a' } };
console.log(id, friend, secret, promised, member, first, ofData, error, whole, plain, errors, accountId, key, deep, listed, requestValidators, resultSchemas);
`;

it('what is readOnly is demanded of no request by its type, and what is writeOnly is promised by no result', async () => {
  await using project = await makeScratch();
  for (const name of ['@nexconn-kit/contract', '@nexconn-kit/client', 'openapi-fetch', 'openapi-typescript-helpers']) {
    const target = join(project.root, 'node_modules', name);
    await mkdir(dirname(target), { recursive: true });
    await symlink(join(repository, 'node_modules', name), target);
  }
  await project.write('package.json', '{ "type": "module" }');
  await project.write('crew.yaml', document);
  const { warnings } = await generateApi({
    document: join(project.root, 'crew.yaml'),
    out: join(project.root, 'crew'),
  });
  expect(warnings).toEqual([]);
  await project.write('check.ts', check);
  const compilerOptions = {
    ...{ target: 'ES2023', module: 'NodeNext', lib: ['ES2023', 'DOM', 'DOM.Iterable'], types: [], noEmit: true },
    ...{ skipLibCheck: true, strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true },
    ...{ verbatimModuleSyntax: true, isolatedDeclarations: true, declaration: true },
    customConditions: ['@nexconn-kit/source'],
  };
  await project.write('tsconfig.json', JSON.stringify({ compilerOptions, files: ['check.ts'] }));
  expect(spawnSync(process.execPath, [compiler, '-p', project.root], { encoding: 'utf8' }).stdout).toBe('');

  // The validators ask the same.
  const { validators } = await loadDocument(join(project.root, 'crew.yaml'));
  expect(validators.addAccount?.({ name: 'a', key: 'b' })).toEqual([]);
  expect(validators.addAccount?.({ key: 'b' })).toMatchObject([{ field: 'name', keyword: 'required' }]);
  const [own, whole] = [
    { name: 'a', key: 'b' },
    { id: 'a', name: 'b', key: 'c' },
  ];
  const accounts = {
    apart: { n: 1 },
    beside: own,
    choice: { ...own, a: 'c' },
    deep: { named: whole },
    list: [own],
    named: whole,
  };
  expect(validators.setAccounts?.(accounts)).toEqual([]);
  expect(validators.setAccounts?.({ named: own })).toMatchObject([{ field: 'named.id', keyword: 'required' }]);

  // A schema has a second type only where a direction has one that differs.
  const types = await project.read('crew/types.gen.ts');
  const declared = [...types.matchAll(/^export (?:interface|type) (\w+)/gm)].map(([, name]) => name);
  expect(declared.filter((name) => /^[A-Z]/.test(String(name))).sort()).toEqual(
    [
      ...[
        'Account',
        'AccountInput',
        'AccountOutput',
        'Accounts',
        'AccountsInput',
        'AccountsOutput',
        'Beside',
        'Circle',
      ],
      ...['AddCrewRequestInput', 'AddCrewRequestSchema', 'Crew', 'CrewInput', 'CrewOutput', 'Id', 'Member'],
      ...['MemberInput', 'MemberInputSchema', 'MemberOutput', 'Named', 'Plain'],
    ].sort(),
  );
});
