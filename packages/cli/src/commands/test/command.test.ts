import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { createMock, type Mock, startMock } from '@nexconn-kit/mock';
import { listen } from '@nexconn-kit/token-server/command-line';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, test } from 'vitest';
import { exampleEnv, runCaptured } from '../../../test/support/run-captured.js';
import type { ContractReport, Fault } from '../../contract-test/types.js';

/** It has what is hard to draw: recursion, formats, dates, headers, a 204, fields of answers alone. */
const zooText = `openapi: 3.1.0
info: {title: Zoo <1>, version: 1.0.0}
security: [{petKey: []}]
paths:
  /animals/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer, minimum: 1}}]
    get:
      operationId: getAnimal
      parameters:
        - {name: born-after, in: query, schema: {type: string, format: date}}
        - {name: kinds, in: query, schema: {type: array, maxItems: 3, items: {enum: [cat, dog, owl]}}}
        - {name: words, in: query, explode: false, schema: {type: array, items: {type: string}}}
        - {name: X-Keeper, in: header, required: true, schema: {type: string, pattern: '^[a-z]{2,6}$'}}
      responses:
        '200':
          description: It.
          headers: {X-Total: {required: true, schema: {type: integer}, example: 5}}
          content: {application/json: {schema: {$ref: '#/components/schemas/Animal'}, example: {id: 1, name: Nelly}}}
        default: {description: Refused., content: {application/json: {schema: {type: object}, example: {}}}}
    delete:
      operationId: deleteAnimal
      responses: {'204': {description: Gone.}, '422': {description: Refused.}}
  /animals:
    post:
      operationId: addAnimal
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Animal'}}}}
      responses:
        '201': {description: Added., content: {application/json: {schema: {$ref: '#/components/schemas/Animal'}, example: {id: 1, name: Nelly}}}}
        '422': {description: Refused., content: {application/json: {schema: {type: object}, example: {}}}}
  /pictures:
    post:
      operationId: addPicture
      requestBody:
        required: true
        content:
          multipart/form-data:
            schema:
              type: object
              required: [title, stars, picture]
              properties:
                title: {type: string, minLength: 1, maxLength: 9}
                stars: {type: integer, minimum: 1, maximum: 5}
                picture: {type: string, format: binary, maxLength: 999}
      responses: {'204': {description: Added.}, '422': {description: Refused.}}
  /guests:
    post:
      operationId: addGuest
      requestBody:
        required: true
        content:
          application/json:
            schema:
              oneOf:
                - {type: object, required: [kind, age], properties: {kind: {const: child}, age: {type: integer, maximum: 17}}}
                - {type: object, required: [kind, name], properties: {kind: {const: adult}, name: {type: string, minLength: 1}}}
      responses: {'204': {description: Added.}, '422': {description: Refused.}}
components:
  securitySchemes: {petKey: {type: apiKey, in: header, name: X-Pet}}
  schemas:
    Animal:
      type: object
      required: [id, name]
      additionalProperties: false
      properties:
        id: {type: integer, readOnly: true}
        name: {type: string, minLength: 1, maxLength: 40}
        legs: {type: integer, minimum: 0, maximum: 8, multipleOf: 2}
        weight: {type: [number, 'null'], exclusiveMinimum: 0}
        born: {type: string, format: date-time}
        chip: {type: string, format: uuid}
        mail: {type: string, format: email}
        page: {type: string, format: uri}
        address: {anyOf: [{type: string, format: ipv4}, {type: string, format: ipv6}]}
        line: {$ref: '#/components/schemas/Line'}
        labels: {type: object, additionalProperties: {type: string, maxLength: 5}}
    Line:
      type: object
      properties: {name: {type: string}, before: {$ref: '#/components/schemas/Line'}, after: {type: array, items: {$ref: '#/components/schemas/Line'}}}
`;

/** It has what is written in an unusual way, and what stock Prism does not judge. */
const shopText = `openapi: 3.2.0
info: {title: Shop, version: 1.0.0}
security: [{petKey: []}]
paths:
  /orders:
    get:
      operationId: listOrders
      parameters:
        - {name: filter, in: query, style: deepObject, schema: {type: object, properties: {state: {enum: [open, paid]}, least: {type: number}}}}
        - {name: range, in: query, schema: {type: object, properties: {since: {type: string, format: date}, count: {type: integer}}}}
        - {name: near, in: query, style: spaceDelimited, explode: false, schema: {type: array, minItems: 2, maxItems: 2, items: {type: number}}}
        - {name: most, in: query, schema: {type: number, minimum: 1}}
        - {name: X-Roles, in: header, schema: {type: array, maxItems: 2, items: {enum: [clerk, guest]}}}
        - {name: where, in: query, content: {application/json: {schema: {$ref: '#/components/schemas/Where'}}}}
      responses: {'204': {description: None.}, '422': {description: Refused.}}
    post:
      operationId: addOrder
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}}
      responses: {'204': {description: Added.}, '422': {description: Refused.}}
  /labels:
    put:
      operationId: setLabels
      requestBody:
        required: true
        content: {application/json: {schema: {type: object, propertyNames: {pattern: '^[a-z]{2}$'}, additionalProperties: {type: string}, minProperties: 1}}}
      responses: {'204': {description: Kept.}, '422': {description: Refused.}}
  /names:
    put:
      operationId: setNames
      requestBody:
        required: true
        content: {application/json: {schema: {type: object, patternProperties: {'^[a-z]{2}(-[A-Z]{2})?$': {type: string}}, additionalProperties: false, minProperties: 2}}}
      responses: {'204': {description: Kept.}, '422': {description: Refused.}}
  /letters:
    put:
      operationId: putLetter
      requestBody: {required: true, content: {application/pdf: {schema: {type: string, format: binary}}}}
      responses: {'204': {description: Kept.}}
  /lines:
    post:
      operationId: addLines
      requestBody: {required: true, content: {application/x-ndjson: {itemSchema: {$ref: '#/components/schemas/Order'}}}}
      responses: {'204': {description: Added.}, '422': {description: Refused.}}
  /pictures:
    post:
      operationId: addPicture
      requestBody:
        required: true
        content:
          multipart/form-data:
            schema: {type: object, required: [thumbnail], properties: {thumbnail: {}, title: {type: string, minLength: 1}}}
            encoding: {thumbnail: {contentType: image/png}}
      responses: {'204': {description: Added.}, '422': {description: Refused.}}
components:
  securitySchemes: {petKey: {type: apiKey, in: header, name: X-Pet}}
  schemas:
    Order:
      allOf: [{type: object, required: [total], properties: {id: {type: integer, readOnly: true}, total: {type: number, multipleOf: 0.01}}}]
      properties: {from: {type: string}, until: {type: string}}
      dependentRequired: {until: [from]}
      unevaluatedProperties: false
    Where:
      type: object
      minProperties: 1
      additionalProperties: false
      properties:
        at: {type: object, required: [lat, lon], properties: {lat: {type: number}, lon: {type: number}}}
        not: {$ref: '#/components/schemas/Where'}
`;

const key = 'pet-key-4711';
const env = { NEXCONN_CREDENTIAL_PET_KEY: key };

let folder: string;
let zoo: string;
let shop: string;
let right: Mock;
let rightShop: Mock;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nexconn-test-'));
  zoo = join(folder, 'zoo.yaml');
  await writeFile(zoo, zooText);
  const { loadDocument } = await import('@nexconn-kit/document');
  right = createMock({ document: await loadDocument(zoo) });
  shop = join(folder, 'shop.yaml');
  await writeFile(shop, shopText);
  rightShop = createMock({ document: await loadDocument(shop) });
});
afterAll(() => rm(folder, { recursive: true }));

type Answer = (request: Request, body: string) => Promise<Response | undefined> | Response | undefined;

/** Starts a server that answers so; where it has no answer, the connection ends. */
async function serve(answer: Answer): Promise<string> {
  const server = createServer(async (incoming, outgoing) => {
    const body = await text(incoming);
    const { method = '', url, headers } = incoming;
    const init = { method, headers: headers as Record<string, string>, ...(body !== '' && { body }) };
    const response = await answer(new Request(`http://localhost${url}`, init), body);
    if (!response) return incoming.socket.destroy();
    outgoing
      .writeHead(response.status, Object.fromEntries(response.headers))
      .end(Buffer.from(await response.arrayBuffer()));
  });
  onTestFinished(() => void server.close());
  return listen(server, 0);
}

/** Tests a server of the zoo, or of another document, and returns its report. */
async function testZoo(url: string, words: string[] = [], document = zoo) {
  const args = ['test', '--document', document, '--url', url, '--seed', '7', '--rate', '100000', '--json', ...words];
  const { code, stdout, stderr } = await runCaptured([...args, '--timeout-ms', '60000', ...words], { env });
  expect(stderr).toBe('');
  expect(stdout).not.toContain(key);
  return { code, report: JSON.parse(stdout) as ContractReport };
}

/** The faults that one operation of a wrong server is found to have; each has the key masked. */
async function faultsOf(operationId: string, answer: Answer): Promise<readonly Fault[]> {
  const { code, report } = await testZoo(await serve(answer), ['--operation', operationId, '--runs', '10']);
  const [operation] = report.operations;
  expect(code).toBe(1);
  for (const { request } of operation?.faults ?? []) expect(request).toContain("-H 'x-pet: [masked]'");
  return operation?.faults ?? [];
}

/** An answer of the right server, changed. */
function changed(
  change: (init: { status: number; headers: Record<string, string> }, body: string) => Response,
): Answer {
  return async (request) => {
    const answer = await right.fetch(request);
    const { status, headers } = answer;
    return answer.ok ? change({ status, headers: Object.fromEntries(headers) }, await answer.text()) : answer;
  };
}

test('the mock of a document has no fault, and its operations were all met', async () => {
  const { code, report } = await testZoo(await serve((request) => right.fetch(request)), ['--runs', '12']);
  expect(report.operations.flatMap(({ faults }) => faults)).toEqual([]);
  expect(code).toBe(0);
  for (const { operationId, valid, invalid, note } of report.operations) {
    expect([operationId, note]).toEqual([operationId, undefined]);
    expect(valid.accepted).toBe(valid.sent);
    expect(invalid.refused).toBe(invalid.sent);
    expect(valid.sent).toBeGreaterThan(8);
    expect(invalid.sent).toBeGreaterThan(3);
  }
});

test('the mock of a document that asks for what is unusual has no fault either', async () => {
  const url = await serve((request) => rightShop.fetch(request));
  const { code, report } = await testZoo(url, ['--runs', '30'], shop);
  const faults = report.operations.flatMap(({ faults }) => faults);
  // What the mock is to answer to a wrong letter, the document does not say.
  expect(faults.filter(({ kind }) => kind !== 'status')).toEqual([]);
  expect(code).toBe(faults.length > 0 ? 1 : 0);
  for (const { operationId, valid, invalid, note } of report.operations) {
    expect([operationId, note, valid.accepted, invalid.refused]).toEqual([
      ...[operationId, undefined, valid.sent, invalid.sent],
    ]);
    expect(valid.sent, operationId).toBeGreaterThan(8);
  }
});

test('the mock of the Nexconn Server API has no fault', async () => {
  await using mock = await startMock({ port: 0 });
  const args = ['test', '--url', mock.url, '--rate', '100000', '--seed', '7', '--runs', '10', '--timeout-ms', '60000'];
  const { code, stdout } = await runCaptured(args, { env: exampleEnv });
  expect(stdout).toMatch(/^Nexconn Server API at http:\/\/127\.0\.0\.1:\d+, seed 7\n\n(?:.*\n)*ok +issueAccessToken /);
  expect(stdout).toMatch(/, 0 faults\.\n$/);
  expect(code).toBe(0);
});

describe('it finds, and makes small,', () => {
  it('what a server fails at', async () => {
    const [fault, ...others] = await faultsOf('addAnimal', async (request, body) =>
      Object(JSON.parse(body)).name?.length > 5 ? new Response('{}', { status: 500 }) : right.fetch(request),
    );
    expect(others).toEqual([]);
    expect(fault).toMatchObject({ kind: 'server-error', message: 'It answered with HTTP 500.', answer: 'HTTP 500 {}' });
    // Nothing but what it takes, and no letter more.
    expect(fault?.request).toMatch(/--data-binary '\{"name":"[^"]{6}"\}'$/);
  });

  it('what it does not answer', async () => {
    const faults = await faultsOf('addAnimal', (request, body) =>
      JSON.parse(body).legs > 4 ? undefined : right.fetch(request),
    );
    expect(faults).toEqual([expect.objectContaining({ kind: 'no-answer', answer: 'no answer' })]);
    expect(faults[0]?.request).toMatch(/"legs":6\}'$/);
  });

  it('a status that is not documented', async () => {
    const faults = await faultsOf(
      'addAnimal',
      changed((init, body) => new Response(body, { ...init, status: 202 })),
    );
    expect(faults).toEqual([
      expect.objectContaining({ kind: 'status', message: 'HTTP 202 is not documented. The document has 201, 422.' }),
    ]);
  });

  it('a refusal that is not documented, with what to do', async () => {
    const faults = await faultsOf('addAnimal', async () => new Response('{}', { status: 409 }));
    const says = /^HTTP 409 is not documented\. The document has 201, 422\. Answer with one of these, or add it: 4XX /;
    expect(faults).toEqual([expect.objectContaining({ kind: 'status', message: expect.stringMatching(says) })]);
  });

  it('another media type', async () => {
    const faults = await faultsOf(
      'addAnimal',
      changed((init, body) => new Response(body, { ...init, headers: { 'content-type': 'text/html' } })),
    );
    expect(faults).toEqual([
      expect.objectContaining({
        kind: 'media-type',
        message: 'HTTP 201 has the media type text/html. The document has application/json.',
      }),
    ]);
  });

  it.each([
    ['of another shape', '{"id":"one","name":"Nelly"}', 'HTTP 201: id '],
    ['that is not JSON', 'Added.', 'The body of HTTP 201 is not JSON.'],
    ['that is none', '', 'HTTP 201 has no body.'],
  ])('a body %s', async (_, body, message) => {
    const faults = await faultsOf(
      'addAnimal',
      changed((init) => new Response(body, init)),
    );
    expect(faults).toEqual([expect.objectContaining({ kind: 'body', message: expect.stringContaining(message) })]);
  });

  it.each([
    ['is missing', {}, 'HTTP 200 lacks the header X-Total.'],
    ['has another value', { 'x-total': 'many' }, 'HTTP 200, header X-Total: its value '],
  ])('a header that %s', async (_, headers, message) => {
    const answer = changed(
      ({ status }, body) => new Response(body, { status, headers: { 'content-type': 'application/json', ...headers } }),
    );
    const faults = await faultsOf('getAnimal', answer);
    expect(faults).toEqual([expect.objectContaining({ kind: 'header', message: expect.stringContaining(message) })]);
  });

  it('what it takes though the document forbids it, each by itself', async () => {
    const faults = await faultsOf('getAnimal', () =>
      Response.json({ id: 1, name: 'Nelly' }, { headers: { 'x-total': '5' } }),
    );
    expect(new Set(faults.map(({ kind }) => kind))).toEqual(new Set(['accepted-invalid']));
    expect(faults.map(({ message }) => message).join()).toMatch(/X-Keeper: |kinds.*: |born-after: |id: /);
    expect(faults.length).toBeGreaterThan(2);
  });

  it('credentials that it does not know, and shows no secret', async () => {
    const faults = await faultsOf('deleteAnimal', () =>
      Response.json({ apiToken: 't0ps3cret', said: key }, { status: 401 }),
    );
    expect(faults[0]).toMatchObject({
      kind: 'unauthorized',
      answer: 'HTTP 401 {"apiToken":"[masked]","said":"[masked]"}',
    });
  });
});

test('a seed draws the same requests again, and a report is text, JUnit or JSON', async () => {
  const url = await serve((request) =>
    request.method === 'DELETE' ? new Response('<&">', { status: 500 }) : right.fetch(request),
  );
  const words = ['--operation', 'deleteAnimal,getAnimal', '--runs', '5'];
  expect(await testZoo(url, words)).toEqual(await testZoo(url, words));
  const run = (report: string) =>
    runCaptured(['test', '--document', zoo, '--url', url, '--seed=7', '--rate=100000', ...words, '--report', report], {
      env,
    });
  const asText = (await run('text')).stdout;
  expect(asText).toMatch(
    // Who fails inside has refused nothing.
    /^FAULT {2}deleteAnimal {2}DELETE \/animals\/\{id\}\n {7}0 of 1 valid accepted, 0 of [1-5] invalid refused\n {7}server-error: It answered with HTTP 500\.\n {9}curl -X DELETE /m,
  );
  expect(asText).toMatch(/\n2 operations, \d faults?\.\n$/);
  const xml = (await run('junit')).stdout;
  expect(xml).toContain('<testsuite name="Zoo &lt;1&gt;" tests="2" failures="1" errors="0">');
  expect(xml).toContain('HTTP 500 &lt;&amp;&quot;&gt;</failure>');
});

describe('it does not begin', () => {
  const run = (words: string[]) => runCaptured(['test', '--document', zoo, '--rate', '100000', ...words], { env });

  it('at a host of the Nexconn Server API', async () => {
    const { code, stderr } = await run(['--url', 'https://api.sg-light-api.com']);
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('api.sg-light-api.com is a host of the Nexconn Server API itself'),
    ]);
  });

  it('where nothing answers', async () => {
    const { code, stdout, stderr } = await run(['--url', 'http://127.0.0.1:1']);
    expect([code, stdout, stderr]).toEqual([
      1,
      '',
      'Nothing answers at http://127.0.0.1:1. Start the server, or correct --url.\n',
    ]);
  });

  it('with two forms of a report', async () => {
    const { code, stdout, stderr } = await run(['--url', 'http://127.0.0.1:1', '--report', 'junit', '--json']);
    expect([code, stdout]).toEqual([2, '']);
    expect(JSON.parse(stderr)).toMatchObject({ error: { message: expect.stringContaining('--report') } });
  });

  it('with an operation that is not there, or without credentials', async () => {
    expect(await run(['--url', 'http://127.0.0.1:1', '--operation', 'getAnimals'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('(Did you mean getAnimal?)'),
    });
    const none = await runCaptured(['test', '--document', zoo, '--url', 'http://127.0.0.1:1']);
    expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('NEXCONN_CREDENTIAL_PET_KEY')]);
  });
});

it('tests methods and queries that only 3.2 has', async () => {
  const refused = { description: 'Refused.' };
  const schema = {
    type: 'object',
    required: ['author'],
    additionalProperties: false,
    properties: { author: { type: 'string', minLength: 2 }, tags: { type: 'array', items: { type: 'string' } } },
  };
  const whole = (type: string) => [
    { name: 'filter', in: 'querystring', required: true, content: { [type]: { schema } } },
  ];
  const responses = { 204: { description: 'Done.' }, 422: refused };
  const paths = {
    '/form': { get: { operationId: 'form', parameters: whole('application/x-www-form-urlencoded'), responses } },
    '/json': {
      additionalOperations: { COPY: { operationId: 'json', parameters: whole('application/json'), responses } },
    },
    '/body': {
      query: {
        operationId: 'body',
        requestBody: { required: true, content: { 'application/json': { schema } } },
        responses,
      },
    },
  };
  const file = join(folder, 'later.json');
  await writeFile(
    file,
    JSON.stringify({ openapi: '3.2.0', info: { title: 'Later', version: '1' }, security: [], paths }),
  );
  const { loadDocument } = await import('@nexconn-kit/document');
  await using mock = await startMock({ document: await loadDocument(file), port: 0 });
  const args = [
    'test',
    '--document',
    file,
    '--url',
    mock.url,
    '--seed',
    '7',
    '--rate',
    '100000',
    '--runs',
    '8',
    '--json',
  ];
  const { stdout } = await runCaptured([...args, '--timeout-ms', '60000'], { env });
  const { operations } = JSON.parse(stdout) as ContractReport;
  expect(operations).toMatchObject(['form', 'json', 'body'].map((operationId) => ({ operationId, faults: [] })));
});
