import { expect, it } from 'vitest';
import { documentText, makeScratchDocument } from '../../test/support/scratch-document.js';
import { loadDocument } from '../index.js';
import type { LoadedDocument } from '../types.js';

/** Loads a document of several files, whose one operation takes the schema of `schemas/Thing.yaml`. */
async function load(files: Record<string, string>): Promise<LoadedDocument> {
  await using scratch = await makeScratchDocument();
  for (const [name, text] of Object.entries(files)) await scratch.write(name, text);
  return await loadDocument(scratch.path);
}

it('files that have an $id as a whole refer to each other as files, and to themselves from it', async () => {
  const { validators, warnings } = await load({
    'schemas/Thing.yaml': `$id: https://example.com/schemas/Thing.yaml
type: object
$defs: {short: {type: string, maxLength: 2}}
properties:
  text: {$ref: '#/$defs/short'}
  also: {$ref: 'Thing.yaml#/$defs/short'}
  again: {$ref: '#'}
  other: {$ref: Other.yaml}
`,
    'schemas/Other.yaml': '$id: https://example.com/schemas/Other.yaml\ntype: integer\n',
  });
  expect(warnings).toEqual([]);
  expect(validators.first?.({ text: 'ab', also: 'ab', again: { text: 'ab' }, other: 1 })).toEqual([]);
  const wrong = { text: 'abc', also: 'abc', again: { text: 'abc' }, other: 'a' };
  expect(validators.first?.(wrong).map(({ field }) => field)).toEqual(['text', 'also', 'again.text', 'other']);
});

const withThing = (schemas: string): Record<string, string> => ({
  'openapi.yaml': `${documentText('first')}components:\n  schemas:\n${schemas}`,
  'schemas/Thing.yaml': "$ref: '../openapi.yaml#/components/schemas/Thing'\n",
});

it('a pointer that is right from the root of the document alone is taken so', async () => {
  const { validators, warnings } = await load(
    withThing(`    Thing:
      $id: https://example.com/thing
      $defs: {a: {type: integer}}
      properties: {n: {$ref: '#/components/schemas/N'}, a: {$ref: '#/$defs/a'}}
    N: {type: integer}
`),
  );
  expect(warnings).toEqual([]);
  expect(validators.first?.({ n: 1, a: 1 })).toEqual([]);
  expect(validators.first?.({ n: 'a', a: 'a' }).map(({ field }) => field)).toEqual(['n', 'a']);
});

it.each([
  ['other', '$ref https://example.com/other leads to another host.'],
  ['#/$defs/b', '$ref #/components/schemas/Thing/$defs/b leads nowhere'],
  ['#b', '$ref #b leads nowhere'],
])('what $ref %s does not lead to from an $id is named', async (reference, message) => {
  const loading = load(
    withThing(`    Thing:
      $id: https://example.com/thing
      $defs: {a: {type: integer}}
      properties: {n: {$ref: '${reference}'}}
`),
  );
  await expect(loading).rejects.toThrow(message);
});

it('a document may be named by its $self', async () => {
  const files =
    withThing(`    Thing: {properties: {n: {$ref: 'https://example.com/api#/components/schemas/N'}, m: {$ref: 'api#/components/schemas/N'}}}
    N: {type: integer}
`);
  const text = String(files['openapi.yaml']).replace('3.1.0', '3.2.0\n$self: https://example.com/api');
  const { validators, warnings } = await load({ ...files, 'openapi.yaml': text });
  expect(warnings).toEqual([]);
  expect(validators.first?.({ n: 'a', m: 'a' }).map(({ field }) => field)).toEqual(['n', 'm']);
});

it('what is nested too deep is told, with identifiers as without', async () => {
  const deep = `${'{"items":'.repeat(50_000)}{"$id":"a"}${'}'.repeat(50_000)}`;
  await expect(load({ 'schemas/Thing.yaml': deep })).rejects.toThrow('levels deep');
});
