import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { document, errorCatalogue, operationTable, requestValidators, servers } from './index.js';

const require = createRequire(import.meta.url);

test('the document and the file for other tools are the same', async () => {
  const json = await readFile(require.resolve('@nexconn-kit/contract/openapi.json'), 'utf8');
  const yaml = await readFile(require.resolve('@nexconn-kit/contract/openapi.yaml'), 'utf8');
  expect(JSON.parse(json)).toEqual(document);
  expect(yaml).toContain(`openapi: ${document.openapi}\n`);
});

test('every operation has a validator', () => {
  expect(Object.keys(requestValidators)).toEqual(Object.keys(operationTable));
});

test('every error of the catalogue stands under its own name and has a code of its own', () => {
  const entries = Object.entries(errorCatalogue);
  expect(entries.map(([, { name }]) => name)).toEqual(entries.map(([name]) => name));
  expect(new Set(entries.map(([, { code }]) => code)).size).toBe(entries.length);
});

test('every region has a primary server before its backup', () => {
  const regions = [...new Set(servers.map(({ region }) => region))];
  const expected = regions.flatMap((region) => [`${region} primary`, `${region} backup`]);
  expect(servers.map(({ region, role }) => `${region} ${role}`)).toEqual(expected);
});

test('no $ref of the document leads out of it', () => {
  const references = JSON.stringify(document).match(/"\$ref":"[^"]*"/g) ?? [];
  expect(references.length).toBeGreaterThan(0);
  expect(references.filter((reference) => !reference.startsWith('"$ref":"#/components/'))).toEqual([]);
});

test('the example of the README prints what it says', async () => {
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
  const [, code = ''] = /```ts\n([\s\S]*?)```/.exec(readme) ?? [];
  const expected = [...code.matchAll(/\/\/ (.+)$/gm)].map(([, line]) => line);
  const printed: string[] = [];
  const body = code.replace(/^import .*$/gm, '').replace(/: IssueAccessTokenRequest/, '');
  const names = ['errorCatalogue', 'operationTable', 'validateIssueAccessTokenRequest', 'console'];
  const contract = await import('./index.js');
  const log = (value: unknown): number => printed.push(String(value));
  new Function(...names, body)(
    contract.errorCatalogue,
    contract.operationTable,
    contract.validateIssueAccessTokenRequest,
    { log },
  );
  expect(printed).toEqual(expected);
});
