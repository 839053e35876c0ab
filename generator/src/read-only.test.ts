import { spawnSync } from 'node:child_process';
import { mkdir, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
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
const errors: types.AddCrewErrors = { 400: { id: 1, name: 'a' } };
console.log(id, friend, secret, promised, member, first, ofData, error, whole, plain, errors, requestValidators, resultSchemas);
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

  // A schema has a second type only where a direction has one that differs.
  const types = await project.read('crew/types.gen.ts');
  const declared = [...types.matchAll(/^export (?:interface|type) (\w+)/gm)].map(([, name]) => name);
  expect(declared.filter((name) => /^[A-Z]/.test(String(name))).sort()).toEqual(
    [
      ...['AddCrewRequestInput', 'AddCrewRequestSchema', 'Crew', 'CrewInput', 'CrewOutput', 'Id', 'Member'],
      ...['MemberInput', 'MemberInputSchema', 'MemberOutput', 'Plain'],
    ].sort(),
  );
});
