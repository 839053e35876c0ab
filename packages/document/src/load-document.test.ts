import { basename, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  documentText,
  makeScratchDocument,
  pathText,
  type ScratchDocument,
  schemaText,
} from '../test/support/scratch-document.js';
import { DocumentError, loadDocument } from './index.js';

async function failureOf(path: string): Promise<DocumentError> {
  const thrown = await loadDocument(path).catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(DocumentError);
  expect(thrown).toMatchObject({ code: 'DOCUMENT_INVALID' });
  return thrown as DocumentError;
}

/** A path item whose success has these fields as well. */
function answerWith(fields: string): string {
  return pathText('first').replace('description: Done.\n', `description: Done.\n      ${fields}\n`);
}

function pathNamed(path: string): string {
  return `${documentText().trimEnd()}\n  ${path}: {get: {operationId: a, responses: {"204": {description: a}}}}\n`;
}

async function scratchWith(files: Record<string, string>): Promise<ScratchDocument> {
  const scratch = await makeScratchDocument();
  for (const [name, text] of Object.entries(files)) await scratch.write(name, text);
  return scratch;
}

it('makes operations, validators, errors and envelope of a document that has no extension of ours', async () => {
  await using scratch = await makeScratchDocument();
  const { operations, validators, errors, envelope, document } = await loadDocument(scratch.path);
  expect(operations.first).toMatchObject({ method: 'POST', path: '/first', successStatus: 200 });
  expect(validators.first?.({ text: 'short' })).toEqual([]);
  expect(validators.first?.({ text: 'too long' })).toMatchObject([{ field: 'text', keyword: 'maxLength', limit: 5 }]);
  expect({ errors, envelope }).toEqual({ errors: {}, envelope: null });
  expect(JSON.stringify(document)).not.toMatch(/"\$ref":"[^#]/);
});

it('makes a validator of a form as of a JSON body', async () => {
  await using scratch = await scratchWith({
    'paths/first.yaml': pathText('first').replace('application/json', 'multipart/form-data'),
  });
  const { operations, validators } = await loadDocument(scratch.path);
  expect(operations.first?.body).toMatchObject({ contentType: 'multipart/form-data' });
  expect(validators.first?.({ text: 'short' })).toEqual([]);
  expect(validators.first?.({ text: 'too long' })).toMatchObject([{ field: 'text', keyword: 'maxLength', limit: 5 }]);
});

describe('a field of a result that echoes one of the request', () => {
  const withResult = (properties: string): string =>
    pathText('first').replace('schema: {type: object},', `schema: {type: object, properties: ${properties}},`);

  it('stands in the operation table, wherever its schema says so', async () => {
    await using scratch = await scratchWith({
      'paths/first.yaml': withResult(
        '{id: {type: string, x-echoes: text}, other: {$ref: ../schemas/Echo.yaml}, more: {}}',
      ),
      'schemas/Echo.yaml': 'type: string\nx-echoes: text\n',
    });
    const { operations } = await loadDocument(scratch.path);
    expect(operations.first?.echoes).toEqual({ id: 'text', other: 'text' });
  });

  it('is refused where the request has no such field', async () => {
    await using scratch = await scratchWith({
      'paths/first.yaml': withResult('{id: {type: string, x-echoes: userId}}'),
    });
    const { message } = await failureOf(scratch.path);
    expect(message).toMatch(/paths\/first\.yaml:\d+/);
    expect(message).toContain("The result's field id echoes userId, which is no field of the request.");
    expect(message).toContain('x-echoes: text');
  });

  it.each([
    ['in an object of the result', '{user: {type: object, properties: {id: {type: string, x-echoes: text}}}}'],
    ['in a list of the result', '{ids: {type: array, items: {type: string, x-echoes: text}}}'],
    ['in one of several kinds of a field', '{id: {anyOf: [{type: string, x-echoes: text}, {type: integer}]}}'],
    ['in a schema below', '{user: {$ref: ../schemas/User.yaml}}'],
    ['a second time', '{id: {x-echoes: text, allOf: [{type: string, x-echoes: text}]}}'],
  ])('is refused where nothing is compared: %s', async (_, properties) => {
    await using scratch = await scratchWith({
      'paths/first.yaml': withResult(properties),
      'schemas/User.yaml': 'type: object\nproperties:\n  id:\n    x-echoes: text\n',
    });
    await expect(loadDocument(scratch.path)).rejects.toMatchObject({
      code: 'DOCUMENT_INVALID',
      problems: [
        {
          file: expect.stringMatching(properties.includes('$ref') ? /User\.yaml$/ : /first\.yaml$/),
          pointer: expect.stringMatching(/\/x-echoes$/),
          message: expect.stringContaining('stands where nothing is compared'),
          hint: expect.stringContaining('property of the result itself'),
        },
      ],
    });
  });
});

describe('a field of an answer that a mock fills with one of the request', () => {
  const withAnswer = (properties: string): string =>
    pathText('first').replace('schema: {type: object},', `schema: {type: object, properties: ${properties}},`);

  it('is refused where the request has no such field, at any depth', async () => {
    await using scratch = await scratchWith({
      'paths/first.yaml': withAnswer(
        '{user: {type: object, properties: {id: {type: string, x-mock: {echo: userId}}}}}',
      ),
    });
    const { message } = await failureOf(scratch.path);
    expect(message).toMatch(/paths\/first\.yaml:\d+/);
    expect(message).toContain('x-mock echoes what is no field of the request.');
    expect(message).toContain('Write one of them as its echo: text.');
  });

  it.each([
    ['has it', 'text', schemaText(5)],
    ['may have any', 'other', `${schemaText(5)}additionalProperties: {type: string}\n`],
  ])('is taken where the request %s', async (_, name, body) => {
    await using scratch = await scratchWith({
      'paths/first.yaml': withAnswer(`{a: {type: string, x-mock: {echo: ${name}}}}`),
      'schemas/Thing.yaml': body,
    });
    expect((await loadDocument(scratch.path)).warnings).toEqual([]);
  });
});

it('an example with a whole number that is rounded is told', async () => {
  await using scratch = await scratchWith({
    'paths/first.yaml': pathText('first').replace('{done: first}', '{a: [9223372036854775807], b: 1}'),
  });
  const message = expect.stringContaining('up to 9007199254740991');
  const pointer = expect.stringMatching(/example\/a\/0$/);
  expect((await loadDocument(scratch.path)).warnings).toMatchObject([{ pointer, message }]);
});

describe('a field of a request of which an empty text counts as not sent', () => {
  const thing = (properties: string): string => `type: object\nproperties: ${properties}\n`;
  const files = { 'schemas/Text.yaml': 'type: string\nx-empty-is-absent: true\n' };

  it('stands in the operation table, wherever its schema says so', async () => {
    const properties =
      '{a: {type: string, x-empty-is-absent: true}, b: {$ref: Text.yaml}, c: {allOf: [{$ref: Text.yaml}]}, d: {}}';
    await using scratch = await scratchWith({ ...files, 'schemas/Thing.yaml': thing(properties) });
    const { operations } = await loadDocument(scratch.path);
    expect(operations.first?.body?.emptyIsAbsent).toEqual(['a', 'b', 'c']);
  });

  it.each([
    ['in an object of the request', '{a: {type: object, properties: {b: {type: string, x-empty-is-absent: true}}}}'],
    ['in a list of the request', '{a: {type: array, items: {type: string, x-empty-is-absent: true}}}'],
    ['in one of several kinds of a field', '{a: {anyOf: [{type: string, x-empty-is-absent: true}, {type: integer}]}}'],
    ['in a schema below', '{a: {type: array, items: {$ref: Text.yaml}}}'],
  ])('is refused where it would be sent: %s', async (_, properties) => {
    await using scratch = await scratchWith({ ...files, 'schemas/Thing.yaml': thing(properties) });
    await expect(loadDocument(scratch.path)).rejects.toMatchObject({
      code: 'DOCUMENT_INVALID',
      problems: [
        {
          file: expect.stringMatching(properties.includes('$ref') ? /Text\.yaml$/ : /Thing\.yaml$/),
          pointer: expect.stringMatching(/\/x-empty-is-absent$/),
          message: expect.stringContaining('is sent as it is'),
          hint: expect.stringContaining('property of the request body itself'),
        },
      ],
    });
  });

  it('is refused in a parameter', async () => {
    const parameter = '{name: page, in: query, schema: {type: string, x-empty-is-absent: true}}';
    const text = pathText('first').replace('post:\n', `post:\n  parameters: [${parameter}]\n`);
    await using scratch = await scratchWith({ 'paths/first.yaml': text });
    await expect(loadDocument(scratch.path)).rejects.toThrow('is sent as it is');
  });
});

it('names every file that it was read from, the document first', async () => {
  await using scratch = await makeScratchDocument();
  const { files } = await loadDocument(scratch.path);
  expect([...files.keys()].map((path) => basename(path))).toEqual(['openapi.yaml', 'first.yaml', 'Thing.yaml']);
});

it('reads a document in JSON', async () => {
  await using scratch = await makeScratchDocument();
  const { document } = await loadDocument(scratch.path);
  await scratch.write('openapi.json', JSON.stringify(document));
  expect((await loadDocument(scratch.path.replace('.yaml', '.json'))).document).toEqual(document);
});

it('brings in a schema that only a discriminator names', async () => {
  const body = `type: object\nproperties: {kind: {type: string}}\ndiscriminator:\n  propertyName: kind\n  mapping: {other: ./Other.yaml}\n`;
  await using scratch = await scratchWith({
    'schemas/Thing.yaml': body,
    'schemas/Other.yaml': 'type: object\n',
  });
  const { document, files } = await loadDocument(scratch.path);
  expect(document).toHaveProperty('components.schemas.Other', { type: 'object' });
  expect([...files.keys()].map((path) => basename(path))).toContain('Other.yaml');
});

it('says why what a $ref names on another host cannot be read', async () => {
  const text = documentText('first').replace('paths/first.yaml', 'http://127.0.0.1:6000/a.yaml');
  await using scratch = await scratchWith({ 'openapi.yaml': text });
  await expect(loadDocument(scratch.path, { allowRemote: true })).rejects.toThrow(/cannot be read \(bad port\)/);
});

it('names the working directory where a $ref leads there', async () => {
  await using scratch = await makeScratchDocument();
  const target = relative(scratch.folder, process.cwd());
  await scratch.write('openapi.yaml', documentText('first').replace('paths/first.yaml', target));
  await expect(loadDocument(scratch.path)).rejects.toThrow(`$ref ${target} leads nowhere: ./ is a folder.`);
});

it.each<[claim: string, files: Record<string, string>, place: RegExp, words: RegExp]>([
  ['a YAML syntax error', { 'paths/first.yaml': 'post:\n  a: [\n' }, /paths\/first\.yaml:3:1 {2}#$/m, /YAML/],
  [
    'a $ref that leads nowhere',
    { 'openapi.yaml': documentText('second') },
    /openapi\.yaml:4:19 {2}#\/paths\/~1second\/\$ref$/m,
    /second\.yaml does not exist[\s\S]*→ Correct the path/,
  ],
  [
    'a $ref to a folder',
    { 'openapi.yaml': documentText('first').replace('paths/first.yaml', 'paths') },
    /openapi\.yaml:4:18 /,
    /\$ref paths leads nowhere: .*paths is a folder\./,
  ],
  [
    'a $ref to another host, which is not asked',
    { 'openapi.yaml': documentText('first').replace('paths/first.yaml', 'http://127.0.0.1:9/a.yaml') },
    /openapi\.yaml:4:18 /,
    /leads to another host/,
  ],
  [
    'a schema that no validator can be made of',
    { 'schemas/Thing.yaml': 'type: object\nproperties:\n  text: {type: string, pattern: "["}\n' },
    /schemas\/Thing\.yaml:\d/,
    /No validator can be made/,
  ],
  [
    'a rule x-mock that there is not',
    { 'schemas/Thing.yaml': 'type: object\nproperties:\n  text: {type: string, x-mock: {random: base32}}\n' },
    /schemas\/Thing\.yaml:3:24 {2}#\/properties\/text\/x-mock$/m,
    /→ Write \{ echo/,
  ],
  [
    'a header example in characters that no header has',
    { 'paths/first.yaml': answerWith('headers: {X-Left: {schema: {type: string}, example: 5 € left}}') },
    /paths\/first\.yaml:11:\d+ {2}#\/post\/responses\/200\/headers\/X-Left$/m,
    /No header can hold the example of X-Left, "5 € left": it has a character beyond Latin-1\.\n {2}→ /,
  ],
  [
    'a header example that ends in a line feed',
    { 'paths/first.yaml': answerWith('headers: {X-Left: {examples: {a: {value: "5\\n"}}}}') },
    /paths\/first\.yaml:11:/,
    /it has a line break/,
  ],
  [
    'a control character within a header example that is an object',
    { 'paths/first.yaml': answerWith('headers: {X-Left: {example: {a: ["\\0"]}}}') },
    /paths\/first\.yaml:11:/,
    /it has a control character/,
  ],
  [
    'a list of cookies',
    { 'paths/first.yaml': answerWith('headers: {set-cookie: {example: [a=1, b=2]}}') },
    /paths\/first\.yaml:11:/,
    /Set-Cookie is no text[\s\S]*→ Write one/,
  ],
  [
    'headers that no client reads, since they are too long together',
    {
      'paths/first.yaml': answerWith(
        `headers: {X-A: {example: ${'a'.repeat(8000)}}, X-B: {example: [${'b'.repeat(9000)}, 1]}, X-C: {example: c}}`,
      ),
    },
    /paths\/first\.yaml:9:5 {2}#\/post\/responses\/200$/m,
    /The headers of this answer take 170\d\d bytes together; a client may read 15000 at most\.\n {2}→ Shorten "X-B"/,
  ],
  [
    'a header whose name is too long',
    { 'paths/first.yaml': answerWith(`headers: {? X-${'a'.repeat(15_000)} : {example: 1}}`) },
    /paths\/first\.yaml:9:/,
    /together; a client may read 15000/,
  ],
  [
    'a media type that is too long for a header',
    {
      'paths/first.yaml': answerWith('').replaceAll(
        'content: {application/json',
        `content: {"text/plain; a=${'a'.repeat(15_000)}": {}, application/json`,
      ),
    },
    /paths\/first\.yaml:\d+:/,
    /take 15\d\d\d bytes together; a client may read 15000/,
  ],
  [
    'a header name with a space',
    { 'paths/first.yaml': answerWith('headers: {X Left: {schema: {type: string}}}') },
    /paths\/first\.yaml:11:/,
    /"X Left" is no name of a header\.\n {2}→ Use letters/,
  ],
  [
    'a status that is none',
    { 'paths/first.yaml': pathText('first').replace("'200'", "'2xx'") },
    /paths\/first\.yaml:9:/,
    /"2xx" is no status of an answer[\s\S]*→ Write one such as "200"/,
  ],
  [
    'a media type that is none',
    {
      'paths/first.yaml': answerWith('').replaceAll(
        'content: {application/json',
        'content: {text: {}, application/json',
      ),
    },
    /paths\/first\.yaml:\d+:/,
    /"text" is no media type/,
  ],
  [
    'a path without a slash',
    { 'openapi.yaml': pathNamed('first') },
    /openapi\.yaml:4:/,
    /"first" does not begin with \//,
  ],
  ['an empty path', { 'openapi.yaml': pathNamed('""') }, /openapi\.yaml:4:/, /"" does not begin with \//],
  ['a path with a query', { 'openapi.yaml': pathNamed('/a?b=1') }, /openapi\.yaml:4:/, /has a query/],
  ['a path with half a brace', { 'openapi.yaml': pathNamed('"/a/{b"') }, /openapi\.yaml:4:/, /has a brace/],
  [
    'an example that is only its value',
    { 'paths/first.yaml': pathText('first').replace('example: {done: first}', 'examples: {one: [1]}') },
    /paths\/first\.yaml:\d+:/,
    /The example "one" is no object/,
  ],
  [
    'a parameter without a name',
    { 'paths/first.yaml': pathText('first').replace('security: []', 'parameters: [{in: query}]') },
    /paths\/first\.yaml:4:/,
    /This is no parameter/,
  ],
  ['paths with nothing in it', { 'openapi.yaml': documentText() }, /openapi\.yaml:3:1 {2}#\/paths$/m, /is not a map/],
  ['a list', { 'openapi.yaml': '- 1\n' }, /openapi\.yaml:1:1/, /no "openapi" field/],
  ['nothing', { 'openapi.yaml': '' }, /openapi\.yaml:1:1/, /no "openapi" field/],
])('says of %s where it stands and what to do', async (_, files, place, words) => {
  await using scratch = await scratchWith(files);
  const { message } = await failureOf(scratch.path);
  expect(message).toMatch(place);
  expect(message).toMatch(words);
});

it('says that there is no such file', async () => {
  const { message } = await failureOf('/nowhere/openapi.yaml');
  expect(message).toMatch(/nowhere\/openapi\.yaml\n {2}There is no such file\.\n {2}→ /);
});

it('names the files that would mend it, whether it fails or leaves something out', async () => {
  await using scratch = await scratchWith({ 'openapi.yaml': documentText('first', 'second') });
  const { files } = await loadDocument(scratch.path);
  expect([...files.keys()].map((path) => basename(path))).toContain('second.yaml');
  await scratch.write('openapi.yaml', documentText('second'));
  expect([...(await failureOf(scratch.path)).files.keys()].map((path) => basename(path))).toContain('second.yaml');
});

describe('what cannot be played of a document', () => {
  it('for a misspelt field of its operation is told by that field, and by nothing else', async () => {
    const echo = answerWith('').replace('schema: {type: object}', 'schema: {properties: {a: {x-mock: {echo: text}}}}');
    const misspelt = echo.replace('requestBody:', 'requestbody:').replaceAll('first', 'second');
    await using scratch = await scratchWith({
      'openapi.yaml': documentText('first', 'second'),
      'paths/second.yaml': misspelt,
    });
    const { operations, warnings } = await loadDocument(scratch.path);
    expect(Object.keys(operations)).toEqual(['first']);
    const message = 'POST /second is left out: "requestbody" is no field of an operation.';
    expect(warnings).toMatchObject([{ message, hint: expect.stringContaining('Did you mean requestBody?') }]);

    await scratch.write('openapi.yaml', documentText('second'));
    const { problems } = await failureOf(scratch.path);
    expect(problems).toMatchObject([{ message: '"requestbody" is no field of an operation.' }]);
  });

  it('is told by its own reason, though a tag of it is misspelt, too', async () => {
    const operation = (more: string) => `{get: {${more}responses: {204: {description: Done.}}}}`;
    const broken = operation(`tags: [user], parameters: [{$ref: '#/components/parameters/None'}], `);
    const info = 'openapi: 3.1.0\ninfo: {title: T, version: 1.0.0}\ntags: [{name: users}]';
    await using scratch = await scratchWith({
      'openapi.yaml': `${info}\npaths:\n  /a: ${broken}\n  /b: ${operation('')}\n`,
    });
    const messages = (await loadDocument(scratch.path)).warnings.map(({ message }) => message);
    expect(messages).toEqual([
      expect.stringMatching(/^GET \/a is left out: .*leads nowhere/),
      expect.stringContaining('The tag "user" is not in the tags'),
    ]);
  });

  it('is left out with its name, its place and the reason', async () => {
    await using scratch = await scratchWith({ 'openapi.yaml': documentText('first', 'second') });
    const { operations, warnings } = await loadDocument(scratch.path);
    expect(Object.keys(operations)).toEqual(['first']);
    expect(warnings).toMatchObject([
      {
        file: expect.stringMatching(/openapi\.yaml$/),
        line: 5,
        message: expect.stringContaining('second.yaml does not exist'),
      },
    ]);
  });

  it('is every operation that refers to what is broken, and no other', async () => {
    const second = pathText('second').replace('../schemas/Thing.yaml', '../schemas/Broken.yaml#/nowhere');
    await using scratch = await scratchWith({
      'openapi.yaml': documentText('first', 'second'),
      'paths/second.yaml': second,
      'schemas/Broken.yaml': 'type: object\n',
    });
    const { operations, warnings } = await loadDocument(scratch.path);
    expect(Object.keys(operations)).toEqual(['first']);
    expect(warnings).toMatchObject([
      { message: expect.stringMatching(/^POST \/second is left out: \$ref .* leads nowhere/) },
    ]);
  });

  it('is an operation whose pattern is none, while a mapping to another host is only told', async () => {
    const mapping = 'discriminator: {propertyName: text, mapping: {a: "http://127.0.0.1:9/a.yaml"}}\n';
    await using scratch = await scratchWith({
      'openapi.yaml': documentText('first', 'second'),
      'paths/second.yaml': pathText('second').replace(
        '{$ref: ../schemas/Thing.yaml}',
        '{type: object, properties: {a: {type: string, pattern: "["}}}',
      ),
      'schemas/Thing.yaml': `type: object\nproperties: {text: {type: string}}\n${mapping}`,
    });
    const { operations, warnings } = await loadDocument(scratch.path);
    expect(Object.keys(operations)).toEqual(['first']);
    expect(warnings.map(({ message }) => message)).toEqual([
      expect.stringContaining('leads to another host'),
      expect.stringMatching(/^POST \/second is left out: No validator/),
    ]);
  });

  it('is none of these: another media type, a list, no answer of success, a cookie, a style, names that clash', async () => {
    const path = `post:
  parameters:
    - {name: id, in: cookie, schema: {type: string}}
    - {name: ids, in: query, style: pipeDelimited, schema: {type: array, items: {type: string}}}
    - {name: text, in: query, schema: {type: string}}
  requestBody: {content: {multipart/form-data: {schema: {type: object, properties: {text: {type: string}}}}}}
  responses: {'404': {description: None., content: {image/png: {}}}}
put:
  requestBody: {content: {application/json: {schema: {type: array, items: {type: string}}}}}
  responses: {default: {description: Done.}}
`;
    await using scratch = await scratchWith({ 'paths/first.yaml': path });
    const { operations, warnings } = await loadDocument(scratch.path);
    expect(warnings).toEqual([]);
    expect(Object.keys(operations)).toEqual(['putFirst', 'postFirst']);
  });
});

describe('an operation without an operationId', () => {
  it('is known by its method and the words of its path, and by a number where another is', async () => {
    const item = '{get: {responses: {"204": {description: a}}}}';
    const paths = ['/users/{id}/posts', '/users/id/posts', '/'].map((path) => `  "${path}": ${item}\n`).join('');
    await using scratch = await scratchWith({ 'openapi.yaml': `${documentText().trimEnd()}\n${paths}` });
    expect(Object.keys((await loadDocument(scratch.path)).operations)).toEqual([
      'getUsersIdPosts',
      'getUsersIdPosts2',
      'get',
    ]);
  });

  it('and one whose operationId another has are both played', async () => {
    await using scratch = await scratchWith({
      'openapi.yaml': documentText('first', 'second'),
      'paths/second.yaml': pathText('first'),
    });
    expect(Object.keys((await loadDocument(scratch.path)).operations)).toEqual(['first', 'postSecond']);
  });
});

describe('a version', () => {
  it.each(['3.0.0', '3.0.4', '3.1.2', '3.2.0'])('of %s is read', async (version) => {
    await using scratch = await scratchWith({ 'openapi.yaml': documentText('first').replace('3.1.0', version) });
    expect((await loadDocument(scratch.path)).document.openapi).toMatch(/^3\.1\./);
  });

  it.each([
    ['swagger: "2.0"', /document of Swagger 2\.0;.*\n.*Convert it/],
    ['openapi: 3.1', /says openapi: 3\.1; a version has three numbers\.\n.*Write openapi: 3\.1\.0/],
    ['openapi: 4.0.0', /only 3\.0, 3\.1 and 3\.2 are read/],
  ])('as in %s is refused in words', async (line, words) => {
    await using scratch = await scratchWith({ 'openapi.yaml': documentText('first').replace('openapi: 3.1.0', line) });
    expect((await failureOf(scratch.path)).message).toMatch(words);
  });
});

it('gives up reading when its signal says so', async () => {
  await using scratch = await makeScratchDocument();
  const loading = loadDocument(scratch.path, { signal: AbortSignal.abort() });
  await expect(loading).rejects.toMatchObject({ name: 'AbortError' });
});

it('demands no readOnly property of a request, in the schema itself, behind a $ref or in a list', async () => {
  const schema = `type: object
required: [id, at, items]
properties:
  id: {type: integer, readOnly: true}
  at: {$ref: '#/Stamp'}
  items: {type: array, items: {type: object, required: [id, n], properties: {id: {type: integer, readOnly: true}, n: {type: integer}}}}
Stamp: {type: string, readOnly: true}
`;
  await using scratch = await scratchWith({
    'schemas/Thing.yaml': schema.replace('#/Stamp', './Stamp.yaml').replace(/Stamp: .*\n/, ''),
    'schemas/Stamp.yaml': 'type: string\nreadOnly: true\n',
  });
  const { validators } = await loadDocument(scratch.path);
  expect(validators.first?.({ items: [{ n: 1 }] })).toEqual([]);
  expect(validators.first?.({ id: 'text', items: [{ n: 1 }] })).toEqual([]);
  expect(validators.first?.({ items: [{}] })).toMatchObject([{ field: 'items.0.n', keyword: 'required' }]);
  expect(validators.first?.({})).toMatchObject([{ field: 'items', keyword: 'required' }]);
});

it('takes operations, properties and headers that are named as members of every object', async () => {
  const names = ['constructor', '__proto__', 'toString', 'valueOf', 'hasOwnProperty'];
  const paths = names.map((name) => {
    const property = JSON.stringify(name);
    return `  /${name}:
    post:
      operationId: ${property}
      requestBody: {content: {application/json: {schema: {type: object, properties: {${property}: {type: integer}}}}}}
      responses: {"200": {description: D, headers: {${property}: {example: 1}}, content: {application/json: {schema: {}, example: {}}}}}
`;
  });
  await using scratch = await scratchWith({
    'openapi.yaml': documentText().replace('paths:\n', `paths:\n${paths.join('')}`),
  });
  const { operations, validators } = await loadDocument(scratch.path);
  expect(Object.keys(operations).sort()).toEqual([...names].sort());
  for (const name of names) expect(Object.getOwnPropertyDescriptor(validators, name)?.value({})).toEqual([]);
});

describe('a $ref in an extension', () => {
  const files = {
    'a.yaml': 'k: {$ref: "b.yaml#/deep/v"}\n',
    // The pointer leads through a $ref, and what it names has one that is meant from this file.
    'b.yaml': 'deep: {$ref: "#/other"}\nother: {v: {w: 1, l: {$ref: "#/loc"}}}\nloc: {z: 2}\n',
    'note.md': '# Title\n- a: b: c\n',
  };
  const k = { w: 1, l: { z: 2 } };

  it.each<[what: string, written: string, value: unknown]>([
    ['the field itself', '{$ref: a.yaml}', { k }],
    ['a value in it', '{deep: [{$ref: a.yaml}]}', { deep: [{ k }] }],
    ['a field that is one of the document', '{$ref: "#/x-there"}', { there: { k } }],
    ['a value that is one of the document, and stays one', '{a: {$ref: "#/x-there"}}', { a: { $ref: '#/x-there' } }],
    ['a text', '{deep: {$ref: note.md}}', { deep: '# Title\n- a: b: c\n' }],
    ['twice the same', '{a: {$ref: a.yaml}, b: {$ref: a.yaml}}', { a: { k }, b: { k } }],
  ])('is followed from file to file, in the place of %s', async (_what, written, value) => {
    const text = `${documentText('first')}x-here: ${written}\nx-there: {there: {$ref: a.yaml}}\n`;
    await using scratch = await scratchWith({ ...files, 'openapi.yaml': text });
    expect((await loadDocument(scratch.path)).document).toMatchObject({ 'x-here': value });
  });

  const many = (next: string): string => `[${Array.from({ length: 20 }, () => `{$ref: ${next}}`).join()}]\n`;
  const crowd = Object.fromEntries([...Array(9).keys()].map((level) => [`m${level}.yaml`, many(`m${level + 1}.yaml`)]));

  it.each<[what: string, more: Record<string, string>, words: RegExp]>([
    [
      'two files that refer to each other',
      { 'a.yaml': 'k: {$ref: b.yaml}\n', 'b.yaml': 'k: {$ref: a.yaml}\n' },
      /what it stands in/,
    ],
    ['a file that contains itself', { 'a.yaml': 'k: {$ref: "#"}\n' }, /what it stands in/],
    ['more and more of them', { 'a.yaml': many('m0.yaml'), ...crowd, 'm9.yaml': '1\n' }, /more than 100000 values/],
  ])('is refused with %s', async (_what, more, words) => {
    const text = `${documentText('first')}x-here: {deep: {$ref: a.yaml}}\n`;
    await using scratch = await scratchWith({ ...more, 'openapi.yaml': text });
    expect((await failureOf(scratch.path)).message).toMatch(words);
  });

  it('that leads back to itself is told', async () => {
    const text = `${documentText('first')}x-here: {deep: {$ref: a.yaml}}\n`;
    const circle = { 'a.yaml': '$ref: b.yaml\n', 'b.yaml': '$ref: a.yaml\n' };
    await using scratch = await scratchWith({ ...circle, 'openapi.yaml': text });
    const { warnings } = await loadDocument(scratch.path);
    expect(warnings).toMatchObject([{ message: expect.stringMatching(/^\$ref [ab]\.yaml is circular/) }]);
  });

  it('that leads nowhere is told, and leaves nothing out: only other tools know what it is', async () => {
    const text = `${documentText('first')}x-here: {deep: {$ref: none.yaml}}\n`;
    const path = pathText('first')
      .replace('security: []', 'x-tool: {a: [{$ref: "#/none"}], b: {$ref: "https://example.com/a.json"}}')
      .replace('description: Done.', 'description: Done.\n      x-more: {schema: {$ref: ../none.yaml}}');
    const thing = `${schemaText(5)}x-of-schema: {a: {$ref: none.yaml}}\n`;
    await using scratch = await scratchWith({
      'openapi.yaml': text,
      'paths/first.yaml': path,
      'schemas/Thing.yaml': thing,
    });
    const { operations, warnings } = await loadDocument(scratch.path);
    expect(Object.keys(operations)).toEqual(['first']);
    expect(warnings.length).toBeGreaterThanOrEqual(4);
    expect(warnings.map(({ message }) => message).join('\n')).not.toContain('is left out');
  });

  it('of ours leaves out its operation where it leads nowhere', async () => {
    const path = pathText('first').replace('security: []', 'x-mock: {$ref: "#/none"}');
    await using scratch = await scratchWith({ 'paths/first.yaml': path });
    const { operations } = await loadDocument(scratch.path).catch(() => ({ operations: {} }));
    expect(Object.keys(operations)).toEqual([]);
  });

  it('of an operation is followed as well, from the file that it is meant from', async () => {
    const path = pathText('first').replace('security: []', 'x-here: {$ref: ../a.yaml}');
    await using scratch = await scratchWith({ ...files, 'paths/first.yaml': path });
    const { document } = await loadDocument(scratch.path);
    expect(document).toMatchObject({ paths: { '/first': { post: { 'x-here': { k } } } } });
  });
});

it.each(['', ' 5', ' [a]'])('what stands as an operation and is none (%j) is left out, and told', async (value) => {
  await using scratch = await scratchWith({
    'paths/first.yaml': `${pathText('first')}put:${value}\n`,
  });
  const { operations, warnings } = await loadDocument(scratch.path);
  expect(Object.keys(operations)).toEqual(['first']);
  expect(warnings).toMatchObject([
    { message: expect.stringContaining('The put of /first is no operation.'), line: 12 },
  ]);
});

it('a security that is no list leaves out what it is for', async () => {
  const security = (text: string, value: string) => text.replace('security: []', `security: ${value}`);
  await using own = await scratchWith({
    'paths/first.yaml': `${security(pathText('first'), '{key: []}')}${pathText('second').replace('post', 'put')}`,
  });
  const { operations, warnings } = await loadDocument(own.path);
  expect(Object.keys(operations)).toEqual(['second']);
  expect(warnings).toMatchObject([{ message: 'POST /first is left out: security is no list.', line: 4 }]);
  await using whole = await scratchWith({ 'openapi.yaml': `${documentText('first')}security: {key: []}\n` });
  expect((await failureOf(whole.path)).problems).toMatchObject([{ message: 'security is no list.', line: 5 }]);
});
