import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { runCaptured } from '../../../test/support/run-captured.js';

test.each([
  [[], 'contract/src/generated/nexconn/openapi.gen.yaml'],
  [['--format', 'json'], 'contract/src/generated/nexconn/openapi.gen.json'],
  [['--token-service'], 'token-service/src/generated/openapi.gen.yaml'],
  [['--token-service', '--format', 'json'], 'token-service/src/generated/openapi.gen.json'],
  [['--console'], 'mock/src/generated/console/openapi.gen.yaml'],
  [['--console', '--format', 'json'], 'mock/src/generated/console/openapi.gen.json'],
])('%j prints the generated document, byte by byte', async (flags, file) => {
  const { code, stdout, stderr } = await runCaptured(['openapi', ...flags]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const expected = readFileSync(new URL(`../../../../${file}`, import.meta.url));
  expect(Buffer.from(stdout).equals(expected)).toBe(true);
});

test.each([
  [['--format', 'xml'], 'Allowed choices are yaml, json'],
  [['--console', '--token-service'], 'cannot be used with'],
  [['file'], 'Expected 0 arguments'],
])('%j exits with 2', async (flags, message) => {
  const { code, stdout, stderr } = await runCaptured(['openapi', ...flags]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(message);
});
