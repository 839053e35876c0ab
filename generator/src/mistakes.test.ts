import { join } from 'node:path';
import { DocumentError, loadDocument, type Problem } from '@nexconn-kit/document';
import { expect, it } from 'vitest';
import { makeScratch } from '../test/support/make-scratch.js';
import { makeApi } from './make-api.js';
import { makeOutputs } from './make-outputs.js';

const valid = `openapi: 3.1.0
info: {title: Shop, version: 1.0.0}
tags: [{name: Things}]
paths:
  /things:
    post:
      operationId: addThing
      tags: [Things]
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}
      responses:
        '204': {description: Done.}
  /pings: {get: {operationId: ping, responses: {'204': {description: Done.}}}}
components:
  schemas:
    Thing: {type: object, properties: {kind: {type: string, enum: [a, b]}, more: {$ref: '#/components/schemas/Thing'}}}
    Other: {type: object}
`;

/** A mistake: what is written for what, and where it is told. */
interface Mistake {
  readonly from: string | RegExp;
  readonly to: string;
  readonly line: number;
  readonly message: string;
  readonly hint: string;
  /** Whether the document is played without `POST /things`, or not at all; as it is by default. */
  readonly played?: 'less' | 'not';
}

const ownField = ' A field of your own begins with x-.';
const circular = 'Write a value in one of the places that it leads through.';
const nothing = 'Write what belongs there, into the file where a $ref names one, or remove the name before it.';

const mistakes: Record<string, Mistake> = {
  'a field in the wrong case': {
    ...{ from: 'requestBody:', to: 'requestbody:', line: 9 },
    ...{ message: '"requestbody" is no field of an operation.', hint: `Did you mean requestBody?${ownField}` },
  },
  'a method that there is not': {
    ...{ from: 'get:', to: 'gets:', line: 12 },
    ...{ message: '"gets" is no field of a path item.', hint: `Did you mean get?${ownField}` },
  },
  'a field of the document that is misspelt': {
    ...{ from: 'tags: [{', to: 'tagz: [{', line: 3 },
    ...{ message: '"tagz" is no field of the document.', hint: `Did you mean tags?${ownField}` },
  },
  'a field that is none at all': {
    ...{ from: 'version: 1.0.0', to: 'version: 1.0.0, zzz: 1', line: 2, message: '"zzz" is no field of info.' },
    hint: 'Its fields are title, summary, description, termsOfService, version, contact, license; one of your own begins with x-.',
  },
  'a keyword of a schema that is misspelt': {
    ...{ from: 'kind: {type: string', to: 'kind: {type: string, maxlenght: 4', line: 15 },
    ...{ message: '"maxlenght" is no keyword of a schema.', hint: 'Did you mean maxLength?' },
  },
  'an extension of ours that is misspelt': {
    ...{ from: 'kind: {type: string', to: 'kind: {type: string, x-mocks: {echo: kind}', line: 15 },
    ...{ message: 'x-mocks is no extension that is read.', hint: 'Did you mean x-mock?' },
  },
  'one of an operation': {
    ...{ from: 'operationId: ping', to: 'operationId: ping, x-ratelimit: 5', line: 12 },
    ...{ message: 'x-ratelimit is no extension that is read.', hint: 'Did you mean x-rate-limit?' },
  },
  'a status that is none': {
    ...{ from: "'204': {description: Done.}\n", to: "'2000': {description: Done.}\n", line: 11, played: 'less' },
    message: '"2000" is no status of an answer.',
    hint: 'Write one such as "200", a range such as "4XX", or default.',
  },
  'a path without a slash': {
    ...{ from: '/things:', to: 'things:', line: 5, played: 'less' },
    ...{ message: 'The path "things" does not begin with /.', hint: 'Write it as /things/{thingId}.' },
  },
  'a path that says nothing': {
    ...{ from: /\/pings: .*/, to: '/pings:', line: 12, message: 'There is nothing where a path item belongs.' },
    hint: nothing,
  },
  'a file of a path that says nothing': {
    ...{ from: /\/pings: .*/, to: '/pings: {$ref: empty.yaml}', line: 12, hint: nothing },
    message: 'There is nothing where a path item belongs.',
  },
  'a $ref to itself': {
    ...{ from: 'Other: {type: object}', to: "Other: {$ref: '#/components/schemas/Other'}", line: 16, hint: circular },
    message: '$ref #/components/schemas/Other is circular: it leads back to itself, and to no value.',
  },
  'one that a call leads to': {
    from: /Thing: .*\n.*\n/,
    to: "Thing: {$ref: '#/components/schemas/Other'}\n    Other: {$ref: '#/components/schemas/Thing'}\n",
    ...{ line: 15, hint: circular, played: 'less' },
    message: '$ref #/components/schemas/Other is circular: it leads back to itself, and to no value.',
  },
  'one over two files': {
    ...{ from: 'Other: {type: object}', to: 'Other: {$ref: circle.yaml}', line: 1, hint: circular },
    message: '$ref circle.yaml is circular: it leads back to itself, and to no value.',
  },
  'a default outside of its enum': {
    ...{
      from: 'enum: [a, b]',
      to: 'enum: [a, b], default: c',
      line: 15,
      hint: 'Write one of "a", "b", or add it to them.',
    },
    message: 'The default "c" is none of the values that the schema accepts.',
  },
  'a default of another type': {
    ...{ from: 'enum: [a, b]', to: 'default: 3', line: 15, hint: 'Write one that the schema accepts.' },
    message: 'The default 3 is no string.',
  },
  'a tag that is not declared': {
    ...{ from: 'tags: [Things]', to: 'tags: [Thing]', line: 8 },
    message: 'The tag "Thing" is not in the tags of the document.',
    hint: 'Did you mean Things? Otherwise add { name: Thing } to them.',
  },
  'a version of two numbers': {
    ...{ from: '3.1.0', to: '3.1', line: 1, played: 'not' },
    ...{ message: 'This document says openapi: 3.1; a version has three numbers.', hint: 'Write openapi: 3.1.0' },
  },
};

async function problemsOf(work: Promise<unknown>): Promise<readonly Problem[]> {
  return work.then(
    () => [],
    (error: { problems: readonly Problem[] }) => error.problems,
  );
}

async function scratchWith(text: string) {
  const scratch = await makeScratch();
  await scratch.write('spec/api/openapi.yaml', text);
  await scratch.write('spec/api/empty.yaml', '# Nothing.\n');
  await scratch.write('spec/api/circle.yaml', '$ref: other-circle.yaml\n');
  await scratch.write('spec/api/other-circle.yaml', '$ref: circle.yaml\n');
  return {
    scratch,
    path: join(scratch.root, 'spec/api/openapi.yaml'),
    [Symbol.asyncDispose]: scratch[Symbol.asyncDispose],
  };
}

it('a document without a mistake has none, though a schema contains itself', async () => {
  await using valued = await scratchWith(valid);
  expect(await problemsOf(makeOutputs(valued.scratch.root))).toEqual([]);
  expect(await loadDocument(valued.path)).toMatchObject({ warnings: [] });
});

it.each(Object.entries(mistakes))('%s is told once, with its place and what to do', async (_, mistake) => {
  const { from, to, line, message, hint, played } = mistake;
  const text = valid.replace(from, to);
  expect(text).not.toBe(valid);
  await using written = await scratchWith(text);
  expect(await problemsOf(makeOutputs(written.scratch.root))).toMatchObject([{ line, message, hint }]);

  const loaded = await loadDocument(written.path).catch((error: DocumentError) => error);
  const told = loaded instanceof DocumentError ? loaded.problems : loaded.warnings;
  expect(loaded instanceof DocumentError).toBe(played === 'not');
  expect(told).toMatchObject([{ line, hint, message: expect.stringContaining(message) }]);
  if (!(loaded instanceof DocumentError)) {
    expect(Object.keys(loaded.operations).includes('addThing')).toBe(played !== 'less');
  }
});

it('a mistake at many places of a document of others is told at the first of them', async () => {
  const text = valid.replaceAll('description: Done.', 'descripton: Done.');
  await using written = await scratchWith(text);
  const message = '"descripton" is no field of a response.';
  const problems = await problemsOf(makeOutputs(written.scratch.root));
  expect(problems).toMatchObject([
    { line: 11, message },
    { line: 12, message },
  ]);
  const { warnings } = await loadDocument(written.path);
  expect(warnings).toMatchObject([{ line: 11, message: `${message} It stands at 1 other place too.` }]);
});

it('code is generated of a document of others with a circular $ref, and with a schema that is made of itself', async () => {
  const circle = `    Circle: {$ref: '#/components/schemas/Circle'}\n    Self: {allOf: [{$ref: '#/components/schemas/Self'}]}\n`;
  const text = valid.replace("more: {$ref: '#/components/schemas/Thing'}", "more: {$ref: '#/components/schemas/Self'}");
  await using written = await scratchWith(`${text}${circle}`);
  const { outputs, warnings } = await makeApi(written.scratch.root, { document: written.path, out: 'src' });
  expect(warnings).toMatchObject([{ message: expect.stringContaining('is circular') }]);
  expect(outputs.find(({ path }) => path === 'src/types.gen.ts')?.content).toContain('Circle: unknown;');
});

it.each(['document', 'overlays'])('an address as %s is told without what may be a secret', async (option) => {
  await using written = await scratchWith(valid);
  const address = 'https://me:pass@api.test/openapi.yaml?token=abc';
  const target = option === 'document' ? { document: address } : { document: written.path, overlays: [address] };
  expect(await problemsOf(makeApi(written.scratch.root, { ...target, out: 'src' }))).toMatchObject([
    {
      file: 'https://api.test/openapi.yaml',
      message: expect.stringMatching(
        /^(The OpenAPI document|An OpenAPI Overlay) is read from a file, and this is an address\.$/,
      ),
      hint: 'Save what it names first, such as by curl -o openapi.yaml, and give the path of that file.',
    },
  ]);
});
