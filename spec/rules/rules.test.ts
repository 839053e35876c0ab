import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { lintDocument } from '../../generator/src/lint/lint-document.js';

const specFolder = join(dirname(fileURLToPath(import.meta.url)), '..');
const scratchFolders: string[] = [];

afterEach(async () => {
  for (const folder of scratchFolders.splice(0)) await rm(folder, { recursive: true, force: true });
});

/** Lints a copy of spec/ in which `from` in `file` is replaced by `to`, and returns the ids of the rules that complain. */
async function complaints(
  file: string,
  from: string,
  to: string,
  more: Record<string, readonly [from: string, to: string]> = {},
): Promise<string[]> {
  const scratch = await mkdtemp(join(tmpdir(), 'nexconn-rules-'));
  scratchFolders.push(scratch);
  await writeFile(join(scratch, 'package.json'), '{"type":"module"}');
  await cp(specFolder, join(scratch, 'spec'), { recursive: true });
  for (const [name, [before, after]] of Object.entries({ [file]: [from, to] as const, ...more })) {
    const path = join(scratch, 'spec/nexconn', name);
    const text = await readFile(path, 'utf8');
    expect(text, `${name} no longer contains what this test changes`).toContain(before);
    await writeFile(path, text.replace(before, after));
  }
  const problems = await lintDocument(scratch, 'spec/nexconn/openapi.yaml');
  return [...new Set(problems.map(({ hint }) => /^Lint rule (\S+)\.$/.exec(hint)?.[1] ?? hint))];
}

describe('the lint rules', () => {
  it.each([
    ['string-has-upper-bound', 'schemas/ErrorResponse.yaml', '    maxLength: 4096\n', ''],
    ['string-has-upper-bound', 'schemas/IssueAccessTokenRequest.yaml', 'maxLength: 1024', 'maxLength: 2000'],
    ['operation-has-rate-limit', 'paths/auth-access-token-issue.yaml', 'x-rate-limit:', 'x-rate:'],
    ['error-code-is-in-catalogue', 'responses/Forbidden.yaml', 'code: 2007', 'code: 2008'],
    ['error-code-is-in-catalogue', 'error-codes.yaml', 'code: 1050', 'code: 1000'],
    ['error-code-is-in-catalogue', 'error-codes.yaml', '  retryable: false\n', ''],
    ['error-code-is-in-catalogue', 'error-codes.yaml', 'meaning: The user ID does not exist.', 'meaning: ""'],
    ['extensions-are-well-formed', 'openapi.yaml', 'x-role: primary', 'x-role: first'],
    ['extensions-are-well-formed', 'security/Signature.yaml', 'algorithm: sha1', 'hash: sha1'],
  ])('%s complains about %s with %j as %j', async (rule, file, from, to) => {
    expect(await complaints(file, from, to)).toEqual([`nexconn-kit/${rule}`]);
  });

  it.each([
    ['schemas/IssueAccessTokenResult.yaml', 'random: base64', 'random: hex'],
    ['schemas/IssueAccessTokenResult.yaml', 'random: base64', 'random: base64url'],
    ['error-codes.yaml', 'name: InternalTimeout', 'name: internalTimeout'],
  ])('no rule complains about %s with %j as %j, which the document package takes', async (file, from, to) => {
    expect(await complaints(file, from, to)).toEqual([]);
  });

  it('answer-has-example complains about an answer without one', async () => {
    const file = 'responses/Forbidden.yaml';
    const text = await readFile(join(specFolder, 'nexconn', file), 'utf8');
    const examples = text.slice(text.indexOf('    examples:'));
    expect(await complaints(file, examples, '')).toEqual(['nexconn-kit/answer-has-example']);
  });

  it('operation-operationId complains about an operation without an operationId', async () => {
    const found = await complaints('paths/auth-access-token-issue.yaml', '  operationId: issueAccessToken\n', '');
    expect(found).toEqual(['operation-operationId']);
  });

  it('operation-has-rate-limit leaves out the document of a server of one’s own', async () => {
    const file = 'paths/auth-access-token-issue.yaml';
    const limit = '  x-rate-limit:\n    limit: 200\n    windowSeconds: 1\n    per: app-key\n';
    expect(await complaints(file, limit, '')).toEqual(['nexconn-kit/operation-has-rate-limit']);
    const change = ['x-envelope:', 'x-own-server: true\nx-envelope:'] as const;
    expect(await complaints(file, limit, '', { 'openapi.yaml': change })).toEqual([]);
  });
});
