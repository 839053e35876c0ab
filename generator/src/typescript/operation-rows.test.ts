import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleDocument, readSources, resolveDocument } from '@nexconn-kit/document/compiler';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { standardSchemasOutput } from '../outputs/standard-schemas.js';
import { checkNamesOf, operationRow } from './operation-rows.js';

const item = { type: 'object', required: ['n'], properties: { n: { type: 'integer' } } };
const answered = (mediaType: string, media: object) => ({
  responses: { 200: { description: 'Done.', content: { [mediaType]: media } } },
});
const document = {
  openapi: '3.2.0',
  info: { title: 'Streams', version: '1.0.0' },
  paths: {
    '/lines': { get: { operationId: 'lines', ...answered('application/jsonl', { itemSchema: item }) } },
    '/events': { get: { operationId: 'events', ...answered('text/event-stream', { itemSchema: item }) } },
    '/item': { get: { operationId: 'item', ...answered('application/json', { schema: item }) } },
    '/picture': { get: { operationId: 'picture', ...answered('image/png', {}) } },
    '/gone': { delete: { operationId: 'gone', responses: { 204: { description: 'Gone.' } } } },
  },
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'operation-rows-'));
});
afterAll(() => rm(folder, { recursive: true }));

it('the check of an answer is named by the row of its operation, and is a Standard Schema, that of a stream too', async () => {
  await writeFile(join(folder, 'openapi.json'), JSON.stringify(document));
  const sources = await readSources(folder, 'openapi.json');
  const resolved = resolveDocument(bundleDocument(sources), sources);
  const checks = checkNamesOf(resolved);
  const named = resolved.operations.map((operation) => operationRow(operation, checks).validators);
  expect(named).toEqual([['validateLinesResult'], ['validateEventsResult'], ['validateItemResult'], [], []]);
  const home = { folder: '', types: '', validator: '', command: '' };
  const [schemas] = standardSchemasOutput({ name: 'streams', source: 'openapi.json', home, ...resolved });
  for (const name of named.flat()) expect(schemas?.content).toContain(`results.${name}`);
});
