import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleFlags, bundleInto } from '../support/bundle-sources.js';
import { compiler } from '../support/compiler.js';
import { type CommandResult, runCommand } from '../support/run-command.js';
import { addEndpoints } from './next-endpoints.js';
import { changedFiles, copyProject, type ProjectCopy } from './project-copy.js';

const consumer = `
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { createNexconnClient } from '@nexconn-kit/client';
import { startMock } from '@nexconn-kit/mock';
import { requestSchemas, resultSchemas } from '@nexconn-kit/contract/standard-schema';

await using mock = await startMock({ port: 0 });
const { appKey, appSecret, url: baseUrl } = mock;
// The answer decides, not the speed of a busy machine.
const nexconn = createNexconnClient({ appKey, appSecret, baseUrl, timeoutMs: 60_000 });
const left: void = await nexconn.leaveGroup({ userIds: ['jlk456j5'], leftAt: 1408710653491 });
await nexconn.sendNotice({ kind: 'link', url: 'https://example.com' });
const tree: void = await nexconn.replaceTree({ groupId: 'g1', children: [{ groupId: 'g2', children: [{ groupId: 'g3' }] }] });
const sent: void = await nexconn.sendPicture({ title: 'Us', picture: new Blob(['a']) });
const removed: void = await nexconn.removeDevice({ deviceId: 'd1', 'X-Reason': 'lost' });
const asked = { userId: 'u1', detail: 'full', tags: ['new', 'old'] } as const;
const user: { userId: string; name: string; tags?: ('new' | 'old')[] } = await nexconn.getUser({ ...asked, tags: [...asked.tags] });
const { data, response } = await nexconn.http.POST('/v4/group/leave', {
  body: { userIds: ['jlk456j5'], leftAt: 1408710653491 },
});
const tooMany = Array.from({ length: 21 }, () => 'jlk456j5');
const refusal = await nexconn.leaveGroup({ userIds: tooMany, leftAt: 1 }).catch((error: { code: string }) => error.code);

const env = { ...process.env, NEXCONN_APP_KEY: appKey, NEXCONN_APP_SECRET: appSecret, NEXCONN_BASE_URL: baseUrl };
const samples: string[] = [];
for (const id of ['leaveGroup', 'removeDevice', 'getUser']) {
  const languages = { curl: ['bash', 'sh'], node: ['node', 'mjs'], python: ['python3', 'py'] };
  for (const [folder, [command = '', extension]] of Object.entries(languages)) {
    const file = \`examples/languages/\${folder}/\${id}.gen.\${extension}\`;
    const { stdout } = await promisify(execFile)(command, [file], { env });
    samples.push(stdout.trim());
  }
}

const checked = requestSchemas.sendNotice['~standard'].validate({ kind: 'link' });
const issues = checked.issues?.map(({ path }) => path);
if (!checked.issues && checked.value.kind === 'link') checked.value.url satisfies string;
resultSchemas.getUser['~standard'].validate(user);

export async function neverCalled(): Promise<void> {
  // @ts-expect-error: the field is called leftAt
  await nexconn.leaveGroup({ userIds: ['jlk456j5'], leaves: 1408710653491 });
  // @ts-expect-error: userIds is a list of strings
  await nexconn.leaveGroup({ userIds: 'jlk456j5', leftAt: 1408710653491 });
  // @ts-expect-error: detail is one of two words
  await nexconn.getUser({ userId: 'u1', detail: 'everything' });
  // @ts-expect-error: a link has no text
  await nexconn.sendNotice({ kind: 'link', text: 'Hello' });
  // @ts-expect-error: deviceId is required
  await nexconn.removeDevice({ 'X-Reason': 'lost' });
  // @ts-expect-error: a group within a group has an ID too
  await nexconn.replaceTree({ groupId: 'g1', children: [{ children: [] }] });
}

console.log(JSON.stringify({ left: left ?? null, removed: removed ?? null, tree: tree ?? null, sent: sent ?? null, data, status: response.status, refusal, user, issues, samples }));
`;

/** The contract tests that read this document; the others have documents of their own. */
const sweeping = ['documented-answers', 'request-verdicts', 'result-verdicts', 'run-time-api'];
/** What is claimed of them: what stood in the document before is swept where it stands. */
const claims = 'leaveGroup|removeDevice|sendNotice|replaceTree|getUser|the document nexconn';

interface VitestReport {
  testResults: {
    message: string;
    assertionResults: { fullName: string; status: string; failureMessages?: string[] }[];
  }[];
}

let copy: ProjectCopy;
let generated: CommandResult;
/** Runs a program of the copy, by its path there. */
async function runInCopy(source: string): Promise<CommandResult> {
  const program = await bundleInto(join(copy.folder, 'node_modules/.bundles', source), join(copy.folder, source));
  return runCommand(process.execPath, [...bundleFlags, program], { cwd: copy.folder });
}

beforeAll(async () => {
  copy = await copyProject();
  await addEndpoints(copy.folder);
  generated = await runInCopy('generator/src/generate.ts');
});
afterAll(() => copy?.remove());

describe('the next endpoints, written in YAML alone', () => {
  it('is linted and generated', () => {
    expect(generated.exitCode, generated.output).toBe(0);
  });

  it('changes no line outside spec/ but generated ones', async () => {
    const outside = (await changedFiles(copy.folder)).filter((path) => !path.startsWith('spec/'));
    expect(outside.length).toBeGreaterThan(0);
    expect(
      outside.filter(
        (path) =>
          !/\/(generated|languages)\/.*\.gen\.[a-z.]+$|(^|\/)README\.md$|^packages\/docs\/site\/.*\.md$/.test(path),
      ),
    ).toEqual([]);
  });

  it('has typed methods of the client, answers of the mock over HTTP, and samples that get them', async () => {
    const folder = join(copy.folder, 'consumer');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'consumer.ts'), consumer);
    await writeFile(join(folder, 'tsconfig.json'), '{ "extends": "../tsconfig.json", "include": ["."] }');
    const [compiled, ran] = await Promise.all([
      runCommand(process.execPath, [compiler, '-p', folder], { cwd: copy.folder }),
      runInCopy('consumer/consumer.ts'),
    ]);
    expect(compiled.exitCode, compiled.output).toBe(0);
    expect(ran.exitCode, ran.output).toBe(0);
    expect(JSON.parse(ran.stdout)).toEqual({
      left: null,
      removed: null,
      tree: null,
      sent: null,
      data: { code: 0 },
      status: 200,
      refusal: 'INVALID_REQUEST',
      user: { userId: 'u1', name: 'Ada', tags: ['new'] },
      issues: [[]],
      samples: ['leaveGroup', 'removeDevice', 'getUser'].flatMap((id) => Array(3).fill(`${id}: done`)),
    });
  });

  it('is swept by the contract tests', async () => {
    const report = join(copy.folder, 'report.json');
    const options = [
      '--project',
      'contract',
      '--testNamePattern',
      claims,
      '--reporter',
      'json',
      '--outputFile',
      report,
    ];
    const { output } = await runCommand(
      join(copy.folder, 'node_modules/.bin/vitest'),
      ['run', ...options, ...sweeping],
      {
        cwd: copy.folder,
        // What is swept is new; the claims themselves are tried with more values where they stand.
        env: { CONTRACT_DRAWS: '10' },
      },
    );
    const { testResults } = JSON.parse(await readFile(report, 'utf8')) as VitestReport;
    const results = testResults.flatMap(({ message, assertionResults }) => {
      return assertionResults.length > 0 ? assertionResults : [{ fullName: message, status: 'failed' as const }];
    });
    expect(
      results.filter(({ status }) => status === 'failed'),
      output,
    ).toEqual([]);
    const names = results.filter(({ status }) => status === 'passed').map(({ fullName }) => fullName);
    for (const operationId of ['leaveGroup', 'sendNotice', 'replaceTree']) {
      expect(names).toContain(`${operationId} has every valid body accepted by stock Prism`);
    }
    expect(names).toContain('leaveGroup is refused by all: userIds with 21 items (maxItems)');
    expect(names).toContain('replaceTree is refused by all: children.0.groupId with an empty string (minLength)');
    expect(names).toContain('getUser answered with 200 found gets from the client the result of the answer');
  });

  it('stands in the bundled document and in the tables of the READMEs', async () => {
    const bundle = await readFile(
      join(copy.folder, 'packages/contract/src/generated/nexconn/openapi.gen.json'),
      'utf8',
    );
    const { paths } = JSON.parse(bundle);
    expect(Object.keys(paths)).toContain('/v4/group/leave');
    expect(await readFile(join(copy.folder, 'README.md'), 'utf8')).toContain('leaveGroup');
  });

  it('stands in each file to download', async () => {
    const folder = join(copy.folder, 'packages/docs/downloads/generated');
    for (const file of ['nexconn.postman_collection.gen.json', 'nexconn.gen.http', 'nexconn.arazzo.gen.yaml']) {
      expect(await readFile(join(folder, file), 'utf8'), file).toContain('leaveGroup');
    }
    const request = await readFile(join(folder, 'nexconn.bruno/leaveGroup.gen.bru'), 'utf8');
    expect(request).toContain('url: {{baseUrl}}/v4/group/leave');
  });
});
