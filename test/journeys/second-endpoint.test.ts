import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changedFiles, copyProject, type ProjectCopy } from './project-copy.js';
import { type CommandResult, runCommand } from './run-command.js';

const errorAnswers = `
    '400':
      $ref: ../responses/BadRequest.yaml
    '401':
      $ref: ../responses/Unauthorized.yaml
    '429':
      $ref: ../responses/TooManyRequests.yaml
    '500':
      $ref: ../responses/InternalError.yaml
    default:
      $ref: ../responses/UnexpectedError.yaml
`;

function operation(operationId: string, summary: string, requestSchema: string, example: string): string {
  return `post:
  operationId: ${operationId}
  summary: ${summary}
  description: ${summary}, and nothing else.
  tags:
    - Access tokens
  x-rate-limit:
    limit: 100
    windowSeconds: 1
    per: app-key
  parameters:
    - $ref: ../parameters/XRequestId.yaml
  requestBody:
    required: true
    content:
      application/json:
        schema:
          $ref: ../schemas/${requestSchema}.yaml
        examples:
          usual:
            value: ${example}
  responses:
    '200':
      description: Done.
      content:
        application/json:
          schema:
            $ref: ../schemas/DoneResponse.yaml
          examples:
            done:
              value: { code: 0 }${errorAnswers}`;
}

const yaml: Record<string, string> = {
  'paths/auth-access-token-expire.yaml': operation(
    'expireAccessToken',
    'Expire access tokens',
    'ExpireAccessTokenRequest',
    '{ userIds: [jlk456j5], expiresAt: 1408710653491 }',
  ),
  'paths/user-update.yaml': operation(
    'updateUser',
    'Update a user',
    'UpdateUserRequest',
    '{ userId: jlk456j5, name: Ada }',
  ),
  'schemas/ExpireAccessTokenRequest.yaml': `type: object
description: Whose tokens become void.
required:
  - userIds
  - expiresAt
properties:
  userIds:
    type: array
    description: The users.
    minItems: 1
    maxItems: 20
    items:
      type: string
      description: A user ID.
      minLength: 1
      maxLength: 64
      x-max-bytes: 64
      pattern: ^[A-Za-z0-9]+$
  expiresAt:
    type: integer
    description: Tokens issued before this time become void, in Unix milliseconds.
    minimum: 0
    maximum: 9007199254740991
`,
  'schemas/UpdateUserRequest.yaml': `type: object
description: What changes of the user.
required:
  - userId
properties:
  userId:
    type: string
    description: The user.
    minLength: 1
    maxLength: 64
    x-max-bytes: 64
    pattern: ^[A-Za-z0-9]+$
  name:
    type: string
    description: The new name.
    maxLength: 64
  avatarUrl:
    type: string
    description: The new picture.
    maxLength: 1024
    x-max-bytes: 1024
`,
  'schemas/DoneResponse.yaml': `type: object
description: The answer to a call that returns nothing.
required:
  - code
properties:
  code:
    type: integer
    description: Always 0 in a successful answer.
    const: 0
`,
};

const pathsOfDocument = `paths:
  /v4/auth/access-token/expire:
    $ref: ./paths/auth-access-token-expire.yaml
  /v4/user/update:
    $ref: ./paths/user-update.yaml
`;

const consumer = `
import { createNexconnClient } from '@nexconn-kit/client';
import { startMock } from '@nexconn-kit/mock';

await using mock = await startMock({ port: 0 });
const nexconn = createNexconnClient({ appKey: mock.appKey, appSecret: mock.appSecret, baseUrl: mock.url });
const expired: void = await nexconn.expireAccessToken({ userIds: ['jlk456j5'], expiresAt: 1408710653491 });
await nexconn.updateUser({ userId: 'jlk456j5', name: 'Ada' });
const { data, response } = await nexconn.http.POST('/v4/auth/access-token/expire', {
  body: { userIds: ['jlk456j5'], expiresAt: 1408710653491 },
});
const tooMany = Array.from({ length: 21 }, () => 'jlk456j5');
const refusal = await nexconn.expireAccessToken({ userIds: tooMany, expiresAt: 1 }).catch((error: { code: string }) => error.code);

export async function neverCalled(): Promise<void> {
  // @ts-expect-error: the field is called expiresAt
  await nexconn.expireAccessToken({ userIds: ['jlk456j5'], expires: 1408710653491 });
  // @ts-expect-error: userIds is a list of strings
  await nexconn.expireAccessToken({ userIds: 'jlk456j5', expiresAt: 1408710653491 });
  // @ts-expect-error: userId is required
  await nexconn.updateUser({ name: 'Ada' });
}

console.log(JSON.stringify({ expired: expired ?? null, data, status: response.status, refusal }));
`;

let copy: ProjectCopy;
let generated: CommandResult;
const inCopy = (command: string, ...rest: string[]): Promise<CommandResult> =>
  runCommand(join(copy.folder, 'node_modules/.bin', command), rest, { cwd: copy.folder });

beforeAll(async () => {
  copy = await copyProject();
  const spec = join(copy.folder, 'spec/nexconn');
  for (const [path, content] of Object.entries(yaml)) {
    await mkdir(dirname(join(spec, path)), { recursive: true });
    await writeFile(join(spec, path), content);
  }
  const document = await readFile(join(spec, 'openapi.yaml'), 'utf8');
  await writeFile(join(spec, 'openapi.yaml'), document.replace(/^paths:\n/m, pathsOfDocument));
  generated = await inCopy('tsx', 'generator/src/generate.ts');
});
afterAll(() => copy?.remove());

describe('a second endpoint, written in YAML alone', () => {
  it('is linted and generated', () => {
    expect(generated.exitCode, generated.output).toBe(0);
  });

  it('changes no line outside spec/ but generated ones', async () => {
    const outside = (await changedFiles(copy.folder)).filter((path) => !path.startsWith('spec/'));
    expect(outside.length).toBeGreaterThan(0);
    expect(outside.filter((path) => !/\/generated\/.*\.gen\.[a-z.]+$|(^|\/)README\.md$/.test(path))).toEqual([]);
  });

  it('has typed methods of the client, and answers of the mock over HTTP', async () => {
    const folder = join(copy.folder, 'consumer');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'consumer.ts'), consumer);
    await writeFile(join(folder, 'tsconfig.json'), '{ "extends": "../tsconfig.json", "include": ["."] }');
    const [compiled, ran] = await Promise.all([
      inCopy('tsc', '-p', folder),
      inCopy('tsx', '--conditions=@nexconn-kit/source', join(folder, 'consumer.ts')),
    ]);
    expect(compiled.exitCode, compiled.output).toBe(0);
    expect(ran.exitCode, ran.output).toBe(0);
    expect(JSON.parse(ran.stdout)).toEqual({
      expired: null,
      data: { code: 0 },
      status: 200,
      refusal: 'INVALID_REQUEST',
    });
  });

  it('is swept by the contract tests', async () => {
    const { exitCode, output } = await inCopy('vitest', 'run', '--project', 'contract', '--reporter', 'verbose');
    expect(exitCode, output).toBe(0);
    for (const operationId of ['issueAccessToken', 'expireAccessToken', 'updateUser']) {
      expect(output).toContain(`${operationId} > has every valid body accepted by stock Prism`);
    }
    expect(output).toContain('with userIds broken: maxItems, 21 items');
  });

  it('stands in the bundled document and in the tables of the READMEs', async () => {
    const bundle = await readFile(
      join(copy.folder, 'packages/contract/src/generated/nexconn/openapi.gen.json'),
      'utf8',
    );
    const { paths } = JSON.parse(bundle);
    expect(Object.keys(paths)).toContain('/v4/auth/access-token/expire');
    expect(await readFile(join(copy.folder, 'README.md'), 'utf8')).toContain('expireAccessToken');
  });
});
