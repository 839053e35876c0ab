import { existsSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { type LoadedDocument, loadDocument } from '@nexconn-kit/document';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { documentOperations } from './document-operations.js';
import { invalidValues } from './invalid-values.js';
import { swept } from './sweep.js';
import { validValue } from './valid-value.js';

type Generated = Record<'document' | 'operationTable' | 'requestValidators' | 'errorCatalogue' | 'envelope', object>;
type Validators = Record<string, (body: unknown) => unknown[]>;

const spec = resolve(import.meta.dirname, '../../spec');
const contracts: Record<string, string> = {
  nexconn: '@nexconn-kit/contract',
  'mock-console': '@nexconn-kit/mock/console',
  'token-service': '@nexconn-kit/token-service/token-endpoint',
};
const names = readdirSync(spec).filter((name) => existsSync(resolve(spec, name, 'openapi.yaml')));
const bodiesOfEach = 40;

describe.each(names)('the document %s, read at run time', (name) => {
  let loaded: LoadedDocument;
  let generated: Generated;
  beforeAll(async () => {
    loaded = await loadDocument(resolve(spec, name, 'openapi.yaml'));
    generated = (await import(contracts[name] ?? `no entry is known for ${name}`)) as Generated;
  });

  it('is the generated one: document, operation table, error catalogue and envelope', () => {
    expect(loaded.document).toEqual(generated.document);
    expect(loaded.operations).toEqual(generated.operationTable);
    expect(loaded.errors).toEqual(generated.errorCatalogue);
    expect(loaded.envelope).toEqual(generated.envelope);
    expect(Object.keys(loaded.validators)).toEqual(Object.keys(generated.requestValidators));
  });

  it('has every body judged as the generated validators do, issue by issue', () => {
    let refused = 0;
    for (const { operationId, body: schema } of documentOperations(loaded.document)) {
      for (const body of bodiesOf(schema, loaded.document)) {
        const issues = (generated.requestValidators as Validators)[operationId]?.(body);
        expect(loaded.validators[operationId]?.(body)).toEqual(issues);
        refused += issues?.length === 0 ? 0 : 1;
      }
    }
    expect(refused).toBeGreaterThan(10);
  });
});

function bodiesOf(schema: object | undefined, root: object): unknown[] {
  if (schema === undefined) return [undefined, {}];
  const { seed } = swept;
  const valid = fc.sample(validValue(schema, root), { seed, numRuns: bodiesOfEach });
  const any = fc.sample(fc.jsonValue(), { seed, numRuns: bodiesOfEach });
  return [undefined, ...valid, ...any, ...invalidValues(schema, root, seed).map(({ value }) => value)];
}
