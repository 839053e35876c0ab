import type { Problem } from '@nexconn-kit/document';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { makeScratch } from '../test/support/make-scratch.js';
import { makeOutputs } from './make-outputs.js';

const head = 'openapi: 3.1.0\ninfo: {title: T, version: 1.0.0}\n';
const answer = "      responses: {'200': {description: Done.}}\n";

/** A document with one POST operation; `lines` stand inside of it. */
function operation(lines: string): string {
  return `${head}paths:\n  /a:\n    post:\n      operationId: doIt\n${lines}${answer}`;
}

function body(schema: string): string {
  return operation(
    `      requestBody:\n        content:\n          application/json:\n            schema: ${schema}\n`,
  );
}

async function problemsOf(files: Record<string, string>): Promise<readonly Problem[]> {
  await using scratch = await makeScratch();
  for (const [path, content] of Object.entries(files)) await scratch.write(`spec/api/${path}`, content);
  const outcome = await makeOutputs(scratch.root).then(
    () => ({ code: 'NONE', problems: [] }),
    (error: unknown) => error as { code: string; problems: Problem[] },
  );
  expect(outcome.code).toBe('GENERATE_FAILED');
  return outcome.problems;
}

const spec = 'spec/api/openapi.yaml';
const cases: [claim: string, files: Record<string, string>, expected: Partial<Problem>, words: RegExp][] = [
  ['a YAML syntax error', { 'openapi.yaml': `${head}paths: [\n` }, { file: spec, line: 4, column: 1 }, /YAML: /],
  [
    'a key that stands twice',
    { 'openapi.yaml': `${head}paths: {}\npaths: {}\n` },
    { file: spec, line: 4, column: 1 },
    /YAML: Map keys must be unique/,
  ],
  [
    'a $ref to a file that is not there',
    { 'openapi.yaml': `${head}paths:\n  /a:\n    $ref: paths/gone.yaml\n` },
    { file: spec, line: 5, column: 11, pointer: '#/paths/~1a/$ref' },
    /paths\/gone\.yaml does not exist/,
  ],
  [
    'a $ref inside a file to a key that is not there',
    {
      'openapi.yaml': `${head}paths:\n  /a: {$ref: a.yaml}\n`,
      'a.yaml': "get:\n  operationId: a\n  responses: {'200': {$ref: 'openapi.yaml#/components/responses/Ok'}}\n",
    },
    { file: 'spec/api/a.yaml', line: 3, pointer: '#/get/responses/200/$ref' },
    /has no "components" there/,
  ],
  [
    'a $ref to another host',
    { 'openapi.yaml': `${head}paths:\n  /a: {$ref: 'https://a.test/a.yaml'}\n` },
    { file: spec, line: 4, pointer: '#/paths/~1a/$ref' },
    /leads to another host/,
  ],
  [
    'a document of another OpenAPI version',
    { 'openapi.yaml': 'info: {title: T, version: 1.0.0}\nopenapi: 4.0.0\npaths: {}\n' },
    { file: spec, line: 2, column: 1, pointer: '#/openapi' },
    /only 3\.0, 3\.1 and 3\.2 are read/,
  ],
  [
    'a document that is none',
    { 'openapi.yaml': 'hello: there\n' },
    { file: spec, line: 1, pointer: '#/openapi' },
    /no "openapi" field/,
  ],
  [
    'a broken lint rule',
    { 'openapi.yaml': operation('').replace('{description: Done.}', '{}') },
    { file: spec, line: 7, pointer: '#/paths/~1a/post/responses/200' },
    /description/,
  ],
  [
    'an operationId that is used twice',
    {
      'openapi.yaml': `${operation('')}  /b:\n    get:\n      operationId: doIt\n${answer}`,
    },
    { file: spec, line: 10, column: 7, pointer: '#/paths/~1b/get/operationId' },
    /POST \/a has it already/,
  ],
  [
    'two operationIds that become one type',
    {
      'openapi.yaml': `${operation('')}  /b:\n    get:\n      operationId: do-It\n${answer}`,
    },
    { file: spec, line: 10, pointer: '#/paths/~1b/get/operationId' },
    /becomes the type DoIt/,
  ],
  [
    'a byte limit of nothing',
    { 'openapi.yaml': body('{type: object, properties: {id: {type: string, x-max-bytes: 0.5}}}') },
    {
      file: spec,
      line: 10,
      pointer: '#/paths/~1a/post/requestBody/content/application~1json/schema/properties/id/x-max-bytes',
    },
    /x-max-bytes is 0\.5/,
  ],
  [
    'a schema that no validator can be made of',
    { 'openapi.yaml': body('{type: object, properties: {id: {type: string, pattern: "("}}}') },
    {
      file: spec,
      line: 10,
      pointer: '#/paths/~1a/post/requestBody/content/application~1json/schema/properties/id/pattern',
    },
    /Invalid regular expression/,
  ],
  [
    'such a schema in another file, behind a $ref',
    {
      'openapi.yaml': body('{type: object, properties: {id: {$ref: schemas/id.yaml}}}'),
      'schemas/id.yaml': 'description: An ID.\ntype: string\npattern: "["\n',
    },
    { file: 'spec/api/schemas/id.yaml', line: 3, pointer: '#/pattern' },
    /Invalid regular expression/,
  ],
];

describe('a broken document is told with file, line, pointer and a hint', () => {
  test.each(cases)('%s', async (_, files, expected, words) => {
    const problems = await problemsOf(files);
    const found = problems.find((problem) => words.test(problem.message));
    expect(found, JSON.stringify(problems, null, 1)).toMatchObject(expected);
    expect(found?.hint).not.toBe('');
  });
});

test('the problems of all documents are told at once', async () => {
  await using scratch = await makeScratch();
  await scratch.write('spec/one/openapi.yaml', 'openapi: 4.0.0\n');
  await scratch.write('spec/two/openapi.yaml', 'a: [\n');
  const problems = await makeOutputs(scratch.root).catch((error: { problems: Problem[] }) => error.problems);
  expect(problems.map((problem) => ('file' in problem ? problem.file : ''))).toEqual([
    'spec/one/openapi.yaml',
    'spec/two/openapi.yaml',
  ]);
});

test('lint rules that are none, or cannot be read, are told with what to do', async () => {
  const [unknown] = await problemsOf({
    'openapi.yaml': operation(''),
    '../redocly.yaml': 'extends: [minimal]\nrules: {operation-summary: loud}\n',
  });
  expect(unknown).toMatchObject({
    file: 'spec/redocly.yaml',
    line: 2,
    message: expect.stringContaining('operation-summary'),
  });
  const [unread] = await problemsOf({ 'openapi.yaml': operation(''), '../redocly.yaml': 'plugins: [./none.js]\n' });
  expect(unread).toMatchObject({
    message: expect.stringMatching(/^The linter failed: /),
    hint: expect.stringContaining('run npm ci'),
  });
});

test('a $ref inside an extension is brought in', async () => {
  await using scratch = await makeScratch();
  const codes =
    'x-error-codes:\n  - $ref: codes/one.yaml\n  - {code: 2, name: Two, httpStatus: 500, retryable: true}\n';
  await scratch.write('spec/api/openapi.yaml', `${operation('')}${codes}`);
  await scratch.write('spec/api/codes/one.yaml', 'code: 1\nname: One\nhttpStatus: 400\nmeaning: "A \'b\' \\"c\\""\n');
  const outputs = await makeOutputs(scratch.root);
  const catalogue = outputs.find(({ path }) => path.endsWith('error-catalogue.gen.ts'))?.content;
  expect(catalogue).toContain("export type ErrorName = 'One' | 'Two';");
  expect(catalogue).toContain('export type ErrorCode = 1 | 2;');
  expect(catalogue).toContain(`meaning: 'A \\'b\\' "c"',`);
});

test('envelope, rate limit, empty-is-absent and regions reach the operation table', async () => {
  await using scratch = await makeScratch();
  const field = '{type: string, x-empty-is-absent: true}';
  const schema = `{type: object, required: [a], properties: {a: {type: string}, b: ${field}}}`;
  const rate = '      x-rate-limit: {limit: 5, windowSeconds: 2, per: app-key}\n';
  const wrapped =
    '{allOf: [{type: object, properties: {code: {type: integer}, result: {type: array, items: {type: string}}}}]}';
  const response = `{description: Done., content: {application/json: {schema: ${wrapped}}}}`;
  const extensions = [
    'x-envelope: {code: code, success: 0, message: why, result: result}',
    'servers: [{url: "https://a.test", x-region: sg, x-role: primary, description: One}]',
  ];
  const text = body(schema)
    .replace('{description: Done.}', response)
    .replace('      requestBody', `${rate}      requestBody`);
  await scratch.write('spec/api/openapi.yaml', `${text}${extensions.join('\n')}\n`);

  const outputs = await makeOutputs(scratch.root);

  const operations = outputs.find(({ path }) => path.endsWith('operations.gen.ts'))?.content;
  expect(operations).toContain('export type DoItResult = string[];');
  expect(operations).toContain("fields: ['a', 'b'], emptyIsAbsent: ['b']");
  expect(operations).toContain("rateLimit: { limit: 5, windowSeconds: 2, per: 'app-key' }");
  expect(operations).toContain("export type Region = 'sg';");
  expect(operations).toContain("{ code: 'code', success: 0, message: 'why', result: 'result' }");
  // The body may be absent, so nothing of it is required.
  expect(operations).toContain('  a?: string;');
  const methods = outputs.find(({ path }) => path.endsWith('methods.gen.ts'))?.content;
  expect(methods).toContain('doIt(request?: DoItRequest, options?: CallOptions): Promise<DoItResult>;');
  expect(methods).toContain('Rate limit: 5 per 2 seconds for each App Key.');
});

test('the client carries along what it reads and no more: base URLs by region, primary first, and errors by code', async () => {
  await using scratch = await makeScratch();
  const extensions = [
    'servers:',
    '  - {url: "https://b.test", x-region: sg, x-role: backup, description: Two}',
    '  - {url: "https://a.test", x-region: sg, x-role: primary, description: One}',
    'x-error-codes:',
    '  - {code: 2, name: Two, httpStatus: 500, retryable: true, meaning: It failed., remedy: Try again.}',
    '  - {code: 2, name: Other, httpStatus: 400, meaning: Not, remedy: Told.}',
  ];
  await scratch.write('spec/api/openapi.yaml', `${operation('      summary: Do it\n')}${extensions.join('\n')}\n`);

  const outputs = await makeOutputs(scratch.root);

  const tables = outputs.find(({ path }) => path === 'packages/client/src/generated/api/tables.gen.ts')?.content;
  expect(tables).toContain("{ sg: ['https://a.test', 'https://b.test'] }");
  expect(tables).toContain("{ '2': { httpStatus: 500, retryable: true, explanation: 'It failed. Try again.' } }");
  expect(tables).toContain("operationId: 'doIt'");
  expect(tables).not.toMatch(/Do it|Other|One/);
});

test('the bundled document says the same as module, JSON and YAML', async () => {
  await using scratch = await makeScratch('zoo');
  const outputs = await makeOutputs(scratch.root);
  const contentOf = (name: string): string => outputs.find(({ path }) => path.endsWith(name))?.content ?? '';
  const json: unknown = JSON.parse(contentOf('openapi.gen.json'));
  const [, module = ''] = /OpenApiDocument = ([\s\S]*);\n$/.exec(contentOf('document.gen.ts')) ?? [];
  expect(parse(contentOf('openapi.gen.yaml'))).toEqual(json);
  expect(JSON.parse(module)).toEqual(json);
});

test('the published document has the table of error codes in its description, where the marker is', async () => {
  await using scratch = await makeScratch();
  const marked = '"Errors:\\n\\n<!-- generated:error-codes -->\\n<!-- /generated -->\\n\\nEnd."';
  const codes =
    'x-error-codes:\n  - {code: 1, name: Lost, httpStatus: 400, retryable: true, meaning: "A | B.", remedy: "Find $& it."}\n';
  const text = operation('').replace('version: 1.0.0}', `version: 1.0.0, description: ${marked}}`);
  await scratch.write('spec/api/openapi.yaml', `${text}${codes}`);
  const outputs = await makeOutputs(scratch.root);
  const json = outputs.find(({ path }) => path.endsWith('openapi.gen.json'))?.content ?? '';
  expect(JSON.parse(json).info.description).toBe(
    [
      'Errors:\n',
      '| Code | HTTP | Meaning and remedy |',
      '|---|---|---|',
      '| 1 Lost | 400 | A \\| B. Find $& it. Retryable. |\n',
      'End.',
    ].join('\n'),
  );
});

test('the signing vectors are part of the signing package, byte by byte', async () => {
  await using scratch = await makeScratch();
  await scratch.write('spec/api/openapi.yaml', operation(''));
  await scratch.write('spec/signing/vectors/one.json', '[ {"a": 1} ]\n\n');
  const outputs = await makeOutputs(scratch.root);
  expect(outputs.find(({ path }) => path === 'packages/signing/src/generated/vectors/one.gen.json')?.content).toBe(
    '[ {"a": 1} ]\n\n',
  );
});

test('a Standard Schema has the type of the body alone, and is there for each body and result', async () => {
  await using scratch = await makeScratch();
  const path = '    parameters: [{name: id, in: path, required: true, schema: {type: string}}]\n    post:\n';
  const text = body('{type: object, properties: {name: {type: string}}}')
    .replace('/a:', "'/a/{id}':")
    .replace('    post:\n', path);
  await scratch.write('spec/api/openapi.yaml', text);
  const outputs = await makeOutputs(scratch.root);
  const schemas = outputs.find((output) => output.path.endsWith('standard-schemas.gen.ts'))?.content;
  expect(schemas).toContain("export const doItRequestSchema: BodySchema<'doIt'> =");
  expect(schemas).toContain('createStandardSchema(requests.validateDoItRequest);');
  expect(schemas).toContain("import type { operations } from './types.gen.js';");
  expect(schemas).toContain('requestSchemas: { readonly [Id in types.OperationId]: BodySchema<Id> } = {');
  expect(schemas).toContain('export const resultSchemas: Record<never, never> = {};');
});

describe('a server of one’s own', () => {
  test('has its contract, methods without call options included, in the package that serves it', async () => {
    await using scratch = await makeScratch();
    await scratch.write('spec/mock-console/openapi.yaml', `${operation('')}x-own-server: true\n`);
    const outputs = await makeOutputs(scratch.root);
    expect(outputs.filter(({ path }) => !path.startsWith('packages/mock/src/generated/console/'))).toEqual([]);
    const methods = outputs.filter(({ path }) => path.endsWith('/methods.gen.ts'));
    expect(methods).toHaveLength(1);
    expect(methods[0]?.content).toContain('doIt(request?: DoItRequest): Promise<DoItResult>;');
    expect(outputs.find(({ path }) => path.endsWith('/index.gen.ts'))?.content).toContain("from './methods.gen.js'");
  });

  test('imports what is written by hand from the contract package', async () => {
    await using scratch = await makeScratch();
    const text = body('{type: object, properties: {id: {type: string, x-max-bytes: 4}}}');
    await scratch.write('spec/token-service/openapi.yaml', `${text}x-own-server: true\n`);
    const outputs = await makeOutputs(scratch.root);
    const imports = outputs.flatMap(({ content }) => [...content.matchAll(/^import .* from '(.*)';$/gm)]);
    expect([...new Set(imports.map(([, from]) => from))].sort()).toEqual([
      './checks.gen.js',
      './operations.gen.js',
      './validators.gen.js',
      '@nexconn-kit/contract',
      '@nexconn-kit/contract/validator',
    ]);
  });

  test.each([
    ['tool', 'x-own-server: true\n', 'x-own-server is true, but no package serves this document.'],
    ['mock-console', '', 'x-own-server is false, but a package serves this document.'],
  ])('is refused as spec/%s with %j', async (name, extension, message) => {
    await using scratch = await makeScratch();
    await scratch.write(`spec/${name}/openapi.yaml`, `${operation('')}${extension}`);
    const problems = await makeOutputs(scratch.root).catch((error: { problems: Problem[] }) => error.problems);
    expect(problems).toMatchObject([{ file: `spec/${name}/openapi.yaml`, message }]);
  });

  test('stands in the tables of a README only where they name it', async () => {
    await using scratch = await makeScratch();
    await scratch.write('spec/api/openapi.yaml', operation(''));
    await scratch.write(
      'spec/token-service/openapi.yaml',
      `${operation('').replace('/a:', '/tool:')}x-own-server: true\n`,
    );
    const marker = (name: string): string => `<!-- generated:operations${name} -->\n<!-- /generated -->\n`;
    await scratch.write('README.md', marker(''));
    await scratch.write('packages/tool/README.md', marker(' token-service'));
    const outputs = await makeOutputs(scratch.root);
    const contentOf = (path: string): string | undefined => outputs.find((output) => output.path === path)?.content;
    expect(contentOf('README.md')).toContain('`POST /a`');
    expect(contentOf('README.md')).not.toContain('/tool');
    expect(contentOf('packages/tool/README.md')).toContain('`POST /tool`');
    expect(contentOf('packages/tool/README.md')).not.toContain('`POST /a`');
  });
});
