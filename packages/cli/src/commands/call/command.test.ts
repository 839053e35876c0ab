import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningMock, startMock } from '@nexconn-kit/mock';
import { listen } from '@nexconn-kit/token-server/command-line';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { exampleEnv, runCaptured } from '../../../test/support/run-captured.js';

const zooText = `openapi: 3.1.0
info: {title: Zoo, version: 1.0.0}
servers: [{url: 'https://zoo.example/v1'}, {url: 'https://zoo.example/v2'}]
security: [{petKey: []}, {keeper: []}, {login: []}]
paths:
  /animals/{id}:
    get:
      operationId: getAnimal
      summary: Read an animal
      parameters:
        - {name: id, in: path, required: true, description: Of one animal. Or of none., schema: {type: integer}}
        - {name: id, in: query, schema: {type: string}}
        - {name: tags, in: query, schema: {type: array, items: {type: string}}}
        - {name: near, in: query, style: deepObject, explode: true, schema: {type: object, properties: {x: {type: number}}}}
        - {name: asleep, in: query, schema: {type: boolean}}
        - {name: list, in: query, schema: {enum: [long, short]}}
        - {name: X-Trace, in: header, schema: {type: string}}
      responses:
        '200': {description: It., content: {application/json: {schema: {type: object, required: [legs], properties: {legs: {type: integer}}}, example: {legs: 4}}}}
        '404': {description: None., content: {application/json: {schema: {type: object}, example: {title: no such animal}}}}
  /animals:
    post:
      operationId: addAnimal
      requestBody:
        required: true
        content:
          application/json:
            schema: {type: object, required: [name], properties: {name: {type: string}, legs: {type: integer}, weight: {type: [number, string]}, home: {type: object}, any: {}}}
      responses: {'201': {description: Added.}}
  /animals/all:
    put:
      operationId: putAnimals
      requestBody: {required: true, content: {application/json: {schema: {type: array, items: {type: string}}}}}
      responses: {'204': {description: Put.}}
  /pictures:
    post:
      operationId: addPicture
      security: []
      requestBody: {content: {multipart/form-data: {schema: {type: object, properties: {title: {type: string}, picture: {type: string, format: binary}}}}}}
      responses: {'200': {description: It., content: {image/png: {}}}}
components:
  securitySchemes:
    petKey: {type: apiKey, in: query, name: key}
    keeper: {type: http, scheme: bearer}
    login: {type: http, scheme: basic}
`;

let folder: string;
let zoo: string;
let mock: RunningMock;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nexconn-call-'));
  zoo = join(folder, 'zoo.yaml');
  await writeFile(zoo, zooText);
  mock = await startMock({ port: 0 });
});
afterAll(async () => {
  await mock[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const petKey = { NEXCONN_CREDENTIAL_PET_KEY: 'pet/12345' };

/** Runs `nexconn call` on the zoo. */
function callZoo(words: string[], env: Record<string, string> = petKey) {
  return runCaptured(['call', ...words, '--document', zoo], { env });
}

/** Returns the request that a call of the zoo would send, as JSON. */
async function prepared(words: string[], env?: Record<string, string>) {
  const { code, stdout, stderr } = await callZoo([...words, '--dry-run', '--json'], env);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as { method: string; url: string; headers: Record<string, string>; body?: unknown };
}

describe('without a document it calls the Nexconn Server API,', () => {
  const atMock = () => ({ env: { ...exampleEnv, NEXCONN_BASE_URL: mock.url } });

  it('and prints the answer', async () => {
    const words = ['issueAccessToken', '--userId', 'ada1', '--name', 'Ada'];
    const { code, stdout } = await runCaptured(['call', ...words, '--include'], atMock());
    expect(code).toBe(0);
    expect(stdout).toMatch(/^HTTP 200 OK\n(.+: .+\n)+\n\{.*"userId":"ada1".*\}\n$/);
    expect(JSON.parse(stdout.split('\n\n')[1] ?? '')).toMatchObject({ code: 0, result: { userId: 'ada1' } });
  });

  it('by kebab case, method and path, and a body of a file that flags come before', async () => {
    const body = join(folder, 'body.json');
    await writeFile(body, '{"userId":"ada2","name":"Ada"}');
    const words = ['POST', '/v4/auth/access-token/issue', '--body', body, '--user-id=ada3'];
    const { code, stdout } = await runCaptured(['call', ...words, '--json'], atMock());
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ status: 200, body: { code: 0, result: { userId: 'ada3' } } });
  });

  it('and a refusal is an answer and a sentence, with 1', async () => {
    const env = { ...exampleEnv, NEXCONN_APP_SECRET: 'AnotherSecret', NEXCONN_BASE_URL: mock.url };
    const { code, stdout, stderr } = await runCaptured(['call', 'issueAccessToken', '--userId=a', '--name=A'], { env });
    expect([code, JSON.parse(stdout)]).toEqual([1, expect.objectContaining({ code: 1004 })]);
    expect(stderr).toMatch(/^issueAccessToken was refused with code 1004 \(HTTP 401\)\./);
    expect(stdout + stderr).not.toContain('AnotherSecret');
  });

  it('or says what is missing, and sends nothing that is wrong', async () => {
    const issue = ['call', 'issueAccessToken', '--userId=a', '--name=A'];
    expect(await runCaptured(issue, { env: exampleEnv })).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^Set NEXCONN_REGION/),
    });
    expect(await runCaptured(issue, { env: { NEXCONN_REGION: 'sg' } })).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^Set NEXCONN_APP_KEY and/),
    });
    const long = await runCaptured(['call', 'issueAccessToken', '--name=A', `--userId=${'a'.repeat(65)}`], atMock());
    expect(long).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('userId is 65 characters long; at most 64'),
    });
  });

  it('and shows a request without signature and secret, and does not send it', async () => {
    const before = (await mock.console.listJournal({})).entries.length;
    const words = ['call', 'issueAccessToken', '--userId=ada1', '--name=Ada', '--dry-run', '--region', 'us'];
    const { code, stdout } = await runCaptured(words, { env: exampleEnv });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^POST https:\/\/api\.us-light-api\.com\/v4\/auth\/access-token\/issue\n/);
    expect(stdout).toContain('\nsignature: [masked]\n');
    expect(stdout).toMatch(/\n\n\{"userId":"ada1","name":"Ada"\}\n$/);
    expect(stdout).not.toContain(exampleEnv.NEXCONN_APP_SECRET);
    expect((await mock.console.listJournal({})).entries).toHaveLength(before);
  });
});

describe('a value has the type of its schema:', () => {
  it.each<[words: string[], search: string]>([
    [['--id', '5'], ''],
    [['--path.id=5', '--query.id', '5x'], 'id=5x&'],
    [['--id=5', '--tags', 'a', '--tags', 'b c'], 'tags=a&tags=b%20c&'],
    [['--id=5', '--tags', '["a","b"]'], 'tags=a&tags=b&'],
    [['--id=5', '--asleep', '--near', '{"x":1.5}'], 'near[x]=1.5&asleep=true&'],
    [['--id=5', '--asleep', 'false'], 'asleep=false&'],
    [['--id=5', '--query.list', 'long'], 'list=long&'],
  ])('%j', async (words, search) => {
    const { url } = await prepared(['getAnimal', ...words]);
    expect(url).toBe(`https://zoo.example/v1/animals/5?${search}key=[masked]`);
  });

  it('of a body, too', async () => {
    const words = ['--name', '5', '--legs', '4', '--weight', '1.50', '--home', '{"cage":7}', '--any', '[1]'];
    const { body } = await prepared(['addAnimal', ...words]);
    expect(body).toEqual({ name: '5', legs: 4, weight: '1.50', home: { cage: 7 }, any: [1] });
  });

  it('and a body that is no object comes of a file', async () => {
    const file = join(folder, 'names.json');
    await writeFile(file, '["Nelly"]');
    expect(await prepared(['putAnimals', '--body', file])).toMatchObject({ method: 'PUT', body: ['Nelly'] });
  });

  it.each<[words: string[], message: string]>([
    [['getAnimal', '--id', 'five'], '--id takes a whole number.'],
    [['getAnimal', '--id', '9007199254740993'], '--id has more digits than can be sent exactly'],
    [['getAnimal', '--id=1', '--asleep=perhaps'], '--asleep takes true or false.'],
    [['getAnimal', '--id=1', '--near', 'x'], '--near takes a JSON object.'],
    [['getAnimal', '--id=1', '--id=2'], '--id is given 2 times, and takes one value.'],
    [['getAnimal', '--id'], '--id has no value. Write --id=VALUE'],
    [['getAnimal', 'elephant'], 'A word stands where a flag is expected.'],
    [
      ['getAnimal', '--tgas', '5'],
      "Unknown option '--tgas'. (Did you mean --tags?) See nexconn call getAnimal --list.",
    ],
    [['getAnimal', '--id=1', '--credentialfile', 'x'], '(Did you mean --credentials-file?)'],
    [['getAnimals'], "Unknown operation 'getAnimals'. (Did you mean getAnimal?) See nexconn call --list."],
    [['--id', '5', 'getAnimal'], 'Name the operation first, before its fields.'],
    [['getAnimal', '--id=1', '--body', 'x.json'], 'getAnimal has no body. Leave out --body.'],
    [['addAnimal', '--body', 'not-there.json'], 'The body of not-there.json cannot be read (ENOENT).'],
    [['addPicture', '--title', 'Nelly'], 'addPicture is answered with image/png. Name a file for it with --out.'],
    [['addPicture', '--picture', 'nelly.png'], '--picture takes a file. Write @ and its path.'],
    [['addPicture', '--picture', '@not-there.png'], 'The file behind --picture cannot be read (ENOENT).'],
    [['getAnimal', '--id=1', '--server=3'], 'The document has 2 servers. Name one with --base-url'],
    [['getAnimal', '--id=1', '--region=moon'], 'The document has no server of the region moon.'],
  ])('%j is refused', async (words, message) => {
    const { code, stdout, stderr } = await callZoo(words);
    expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: '', stderr: expect.stringContaining(message) });
  });
});

describe('a call is let in', () => {
  it.each<[env: Record<string, string>, expected: object]>([
    [{ NEXCONN_CREDENTIAL_KEEPER: 'token-12345' }, { headers: { authorization: '[masked]' } }],
    [{ NEXCONN_CREDENTIAL_LOGIN: 'ada:secret' }, { headers: { authorization: '[masked]' } }],
    [{ NEXCONN_CREDENTIAL_PET_KEY: 's' }, { url: 'https://zoo.example/v2/animals/1?key=[masked]' }],
    [{ NEXCONN_CREDENTIAL_KEEPER: 't', ...petKey }, { url: 'https://zoo.example/v2/animals/1?key=[masked]' }],
  ])('by %j, which is not shown', async (env, expected) => {
    expect(await prepared(['getAnimal', '--id=1', '--server', '2'], env)).toMatchObject(expected);
  });

  it('by a file, or is told what each way needs', async () => {
    const file = join(folder, 'credentials.json');
    await writeFile(file, '{"keeper":"token-12345"}');
    const { headers } = await prepared(['getAnimal', '--id=1', '--credentials-file', file], {});
    expect(headers.authorization).toBe('[masked]');
    const none = await callZoo(['getAnimal', '--id=1'], exampleEnv);
    expect([none.code, none.stderr]).toEqual([
      2,
      'getAnimal needs NEXCONN_CREDENTIAL_PET_KEY (the API key key), or NEXCONN_CREDENTIAL_KEEPER (a token), or NEXCONN_CREDENTIAL_LOGIN (user:password). Set that, or name a file with --credentials-file.\n',
    ]);
  });

  it.each([
    ['no JSON', 'key-98765', 'holds no JSON object'],
    ['no text', '{"petKey":98765}', 'has something else than a text'],
    ['no scheme', '{"98765":"x"}', 'names a security scheme that the document does not have'],
  ])('by no file with %s, of which nothing is shown', async (_, text, problem) => {
    const file = join(folder, 'wrong.json');
    await writeFile(file, text);
    const { code, stderr } = await callZoo(['getAnimal', '--id=1', '--credentials-file', file]);
    expect([code, stderr]).toEqual([2, expect.stringContaining(problem)]);
    expect(stderr).not.toContain('98765');
  });
});

describe('a document of somebody else', () => {
  /** What the server was sent, and what it answers. */
  let got: { url: string; headers: NodeJS.Dict<string | string[]>; body: string };
  let answer: { status: number; type: string; body: string | Buffer };
  let server: Server;
  let url: string;
  beforeAll(async () => {
    server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      got = { url: `${request.url}`, headers: request.headers, body: Buffer.concat(chunks).toString('latin1') };
      response.writeHead(answer.status, { 'content-type': answer.type }).end(answer.body);
    });
    url = await listen(server, 0);
  });
  afterAll(() => void server.close());

  it('is played by the mock, which finds nothing wrong', async () => {
    const { loadDocument } = await import('@nexconn-kit/document');
    await using zooMock = await startMock({ port: 0, document: await loadDocument(zoo) });
    const words = ['getAnimal', '--id=1', '--tags=a', '--asleep', '--near={"x":1}', '--base-url', zooMock.url];
    expect(await callZoo(words)).toEqual({ code: 0, stdout: '{"legs":4}\n', stderr: '' });
    expect((await callZoo([...words, '--include', '--query.list=wide'])).stderr).toContain('list');
  });

  it('carries the credentials, which the environment of Nexconn does not redirect', async () => {
    answer = { status: 200, type: 'application/json', body: '{"legs": 4, "more": 1}' };
    const env = { ...petKey, NEXCONN_BASE_URL: 'http://127.0.0.1:1' };
    expect(await callZoo(['getAnimal', '--id=1', '--X-Trace', 't1', '--base-url', url], env)).toMatchObject({
      code: 0,
      stdout: '{"legs": 4, "more": 1}\n',
    });
    expect(got).toMatchObject({ url: '/animals/1?key=pet%2F12345', headers: { 'x-trace': 't1' } });
    expect((await prepared(['getAnimal', '--id=1'], env)).url).toMatch(/^https:\/\/zoo\.example\/v1\//);
  });

  it('names the base URL as a command does where no request can be sent', async () => {
    const { code, stderr } = await callZoo([
      'getAnimal',
      '--id=1',
      '--X-Trace',
      't1',
      '--base-url',
      'http://127.0.0.1:9',
    ]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('Give the base URL another port.') });
  });

  it('takes a form with a file, and an answer of bytes goes into one', async () => {
    const [picture, out] = [join(folder, 'nelly.png'), join(folder, 'out.png')];
    const bytes = Buffer.from([0x89, 0x50, 0xff, 0x00]);
    await writeFile(picture, bytes);
    answer = { status: 200, type: 'image/png', body: bytes };
    const words = ['addPicture', '--title', 'Nelly', '--picture', `@${picture}`, '--out', out, '--base-url', url];
    expect(await callZoo(words, {})).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(await readFile(out)).toEqual(bytes);
    expect(got.body).toContain('name="title"\r\n\r\nNelly\r\n');
    expect(got.body).toContain(
      `filename="nelly.png"\r\nContent-Type: image/png\r\n\r\n${bytes.toString('latin1')}\r\n`,
    );
  });

  it.each<[what: string, given: { status: number; body: string }, said: string]>([
    ['a result that breaks the document', { status: 200, body: '{"legs":"four"}' }, 'MALFORMED_RESPONSE'],
    ['a refusal', { status: 404, body: '{"title":"no such animal"}' }, 'REQUEST_REJECTED'],
  ])('%s is printed, and ends with 1', async (_, given, said) => {
    answer = { ...given, type: 'application/json' };
    const { code, stdout, stderr } = await callZoo(['getAnimal', '--id=1', '--base-url', url, '--json']);
    expect([code, JSON.parse(stdout)]).toEqual([
      1,
      expect.objectContaining({ status: given.status, body: JSON.parse(given.body) }),
    ]);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: said, status: given.status } });
  });

  it('with a success that it does not have ends with 1', async () => {
    answer = { status: 202, type: 'application/json', body: '{"legs":4}' };
    expect(await callZoo(['getAnimal', '--id=1', '--base-url', url])).toEqual({
      code: 1,
      stdout: '{"legs":4}\n',
      stderr: 'The document does not have an answer of getAnimal with HTTP 202.\n',
    });
  });
});

test.each(['--include', '--out=x', '--dry-run', '--body=-'])(
  '--list calls nothing, so that %s is refused',
  async (flag) => {
    const { code, stderr } = await callZoo(['--list', flag]);
    expect([code, stderr]).toEqual([2, expect.stringContaining(flag.split('=')[0] ?? '')]);
  },
);

test('--list shows the operations, and the fields of one with the flags that they have', async () => {
  const all = await callZoo(['--list']);
  expect(all.stdout.split('\n')[0]).toMatch(/^getAnimal +GET \/animals\/\{id\} +Read an animal$/);
  const { stdout } = await callZoo(['getAnimal', '--list']);
  expect(stdout).toMatch(/^--id +integer, path, required +Of one animal\.$/m);
  expect(stdout).toMatch(/^--query\.list +string, query +long, short$/m);
  expect(stdout).toMatch(/^--tags +array of string, query$/m);
  expect((await callZoo(['addPicture', '--list'])).stdout).toMatch(/^--picture +@file, body$/m);
  const fields = JSON.parse((await callZoo(['addAnimal', '--list', '--json'])).stdout) as { flag: string }[];
  expect(fields.map(({ flag }) => flag)).toEqual(['--name', '--legs', '--weight', '--home', '--any', '--body']);
});

test('--complete offers operations, fields that are not given, and values', async () => {
  const offered = async (...words: string[]) => {
    const { stdout } = await runCaptured(['call', '--complete', ...words, '--document', zoo]);
    return stdout.split('\n').flatMap((line) => line.split('\t')[0] || []);
  };
  expect(await offered()).toEqual(['getAnimal', 'addAnimal', 'putAnimals', 'addPicture']);
  expect(await offered('getAnimal', '--id', '5', '--tags=a', '--asleep')).toEqual([
    '--query.id',
    '--tags',
    '--near',
    '--query.list',
    '--X-Trace',
  ]);
  expect(await offered('getAnimal', '--query.list')).toEqual(['long', 'short']);
  expect(await offered('nothing')).toEqual([]);
});
