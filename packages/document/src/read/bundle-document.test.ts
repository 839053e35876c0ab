import { expect, it } from 'vitest';
import { documentText, makeScratchDocument, type ScratchDocument } from '../../test/support/scratch-document.js';
import { loadDocument } from '../index.js';

/** A document of three files, in which the schema of the body is this text, beside others. */
async function documentOf(thing: string, others: Record<string, string> = {}): Promise<ScratchDocument> {
  const scratch = await makeScratchDocument();
  await scratch.write('schemas/Thing.yaml', thing);
  for (const [name, text] of Object.entries(others)) await scratch.write(name, text);
  return scratch;
}

/** Returns the fields of a body that are refused, once the document has been read without a warning. */
async function refusedFields(scratch: ScratchDocument, body: unknown): Promise<(string | null)[]> {
  const { validators, warnings } = await loadDocument(scratch.path);
  expect(warnings).toEqual([]);
  return (validators.first?.(body) ?? []).map(({ field }) => field);
}

const short = 'type: string\nmaxLength: 3\n';

it('what stands beside a $ref of another file is read as all else', async () => {
  const thing = '$ref: Base.yaml\nproperties: {more: {$ref: Short.yaml}}\n';
  await using scratch = await documentOf(thing, {
    'schemas/Base.yaml': 'type: object\nproperties: {text: {$ref: Short.yaml}}\n',
    'schemas/Short.yaml': short,
  });
  expect(await refusedFields(scratch, { text: 'long', more: 'long' })).toEqual(['text', 'more']);
});

it('what stands beside a $ref of the document itself is read as all else', async () => {
  const schemas =
    '{Base: {type: object}, Thing: {$ref: "#/components/schemas/Base", properties: {more: {$ref: schemas/Short.yaml}}}}';
  await using scratch = await documentOf('$ref: ../openapi.yaml#/components/schemas/Thing\n', {
    'openapi.yaml': `${documentText('first')}components: {schemas: ${schemas}}\n`,
    'schemas/Short.yaml': short,
  });
  expect(await refusedFields(scratch, { more: 'long' })).toEqual(['more']);
});

it('what stands beside the $ref of a path is read as all else', async () => {
  const parameter = '{$ref: "parameters.yaml#/q"}';
  await using scratch = await documentOf('type: object\n', {
    'openapi.yaml': documentText('first').replace('{$ref:', `{parameters: [${parameter}], $ref:`),
    'parameters.yaml': 'q: {name: q, in: query, schema: {type: integer}}\n',
  });
  const { operations, warnings } = await loadDocument(scratch.path);
  expect(warnings).toEqual([]);
  expect(operations.first?.parameters).toMatchObject([{ name: 'q', in: 'query' }]);
});

it('a $ref beside the definitions that it leads through is followed', async () => {
  const base = '{properties: {text: {$ref: "#/$defs/b"}}}';
  const limit = '{type: string, maxLength: 3}';
  await using scratch = await documentOf(
    `$ref: "#/$defs/base"\n$defs: {base: ${base}, b: {$ref: "#/$defs/a"}, a: ${limit}}\n`,
  );
  expect(await refusedFields(scratch, { text: 'long' })).toEqual(['text']);
});

it('a name with a slash or a percent sign is one in the components too', async () => {
  const properties = 'properties: {a: {$ref: "#/$defs/a~1b"}, b: {$ref: "#/$defs/50%25"}}';
  const limit = '{type: string, maxLength: 3}';
  await using scratch = await documentOf(`${properties}\n$defs: {a/b: ${limit}, 50%: ${limit}}\n`);
  expect(await refusedFields(scratch, { a: 'long', b: 'long' })).toEqual(['a', 'b']);
});
