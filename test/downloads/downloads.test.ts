import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { operationTable } from '@nexconn-kit/contract';
import { type RunningMock, startMock } from '@nexconn-kit/mock';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { downloadFiles } from '../../packages/docs/build/downloads/download-files.js';
import { isExpected } from '../support/find-program.js';
import { withoutState } from '../support/without-state.js';
import { type DownloadedFolder, download, respect, runNode } from './run-program.js';

let mock: RunningMock;
let downloads: DownloadedFolder;
beforeAll(async () => {
  [mock, downloads] = await Promise.all([startMock({ port: 0, document: withoutState }), download()]);
});
afterAll(async () => {
  await mock?.close();
  await downloads?.[Symbol.asyncDispose]();
});

it('the life of a token, and each operation, go as the workflows say', async () => {
  await using withState = await startMock({ port: 0 });
  const { exitCode, output } = await respect(downloads.folder, 'nexconn.arazzo.yaml', withState);
  expect(output).toMatch(/Workflows: 2 passed, 2 total/);
  expect(exitCode).toBe(0);
});

it('the requests of the file of HTTP are signed by the script, sent, and answered', async () => {
  const good = await runNode(downloads.folder, ['sign.mjs', '--send', 'nexconn.http'], mock);
  expect(good).toMatchObject({
    exitCode: 0,
    output: expect.stringMatching(/^issueAccessToken: .*: HTTP 200, code 0$/m),
  });
  await mock.console.updateApp({ suspended: true });
  const refused = await runNode(downloads.folder, ['sign.mjs', '--send', 'nexconn.http'], mock);
  await mock.console.updateApp({ suspended: false });
  expect(refused).toMatchObject({ exitCode: 1, output: expect.stringContaining('1006') });
});

it('the signed copy has no App Secret and no variable, and each request its own signature', async () => {
  const [one, other] = await Promise.all(
    [0, 1].map(() => runNode(downloads.folder, ['sign.mjs', 'nexconn.http'], mock)),
  );
  expect(one?.output).not.toMatch(/\{\{/);
  expect(one?.output).not.toContain(mock.appSecret);
  expect(one?.output.match(/^Signature: .*$/gm)).not.toEqual(other?.output.match(/^Signature: .*$/gm));
  const without = await runNode(downloads.folder, ['sign.mjs', 'nexconn.http']);
  expect(without).toMatchObject({ exitCode: 1, output: expect.stringContaining('Set NEXCONN_APP_KEY') });
});

interface Collection {
  info: Record<string, string>;
  item: { name: string; request: PostmanRequest; event: PostmanEvent[] }[];
  event: PostmanEvent[];
  variable: { key: string; value: string }[];
}
interface PostmanRequest {
  method: string;
  header: { key: string; value: string }[];
  url: { raw: string; host: string[]; path: string[] };
  body?: { mode: string; raw?: string; formdata?: { key: string; value: string }[] };
}
interface PostmanEvent {
  listen: string;
  script: { type: string; exec: string[] };
}

it('each request of the Postman collection is signed by its script and answered, and its test judges the answer', async () => {
  const collection = JSON.parse(read('nexconn.postman_collection.json')) as Collection;
  expect(collection.info.schema).toBe('https://schema.getpostman.com/json/collection/v2.1.0/collection.json');
  expect(collection.variable.map(({ key }) => key)).toEqual(['baseUrl', 'appKey', 'appSecret']);
  expect(collection.variable.find(({ key }) => key === 'appSecret')?.value).toBe('');
  const [signing] = collection.event;
  expect(signing?.listen).toBe('prerequest');
  for (const { name, request, event } of collection.item) {
    expect(request.url.raw.split('?')[0]).toBe(`{{baseUrl}}/${request.url.path.join('/')}`);
    const headers = new Map(request.header.map(({ key, value }) => [key, value]));
    runInNewContext(textOf(signing), {
      require: (id: string) => stand(id),
      pm: {
        variables: { get: (variable: string) => variables()[variable] },
        request: {
          headers: { upsert: (header: { key: string; value: string }) => headers.set(header.key, header.value) },
        },
      },
    });
    const response = await send(
      request.url.raw,
      request.method,
      headers,
      request.body?.raw ?? formOf(request.body?.formdata),
    );
    expect(response.ok).toBe(true);
    const { status } = response;
    const passed: string[] = [];
    const judge = (answer: unknown): void => {
      runInNewContext(textOf(event[0]), {
        pm: {
          test: (title: string, run: () => void) => {
            run();
            passed.push(title);
          },
          expect: (value: unknown) => ({ to: { equal: (wanted: unknown) => expect(value).toBe(wanted) } }),
          response: {
            json: () => answer,
            to: { have: { status: (wanted: number) => expect(answer === null ? status : 0).toBe(wanted) } },
          },
        },
      });
    };
    judge(status === 204 ? null : await response.json());
    expect(() => judge({ code: 1000 })).toThrow();
    expect(passed).toEqual([`${name}: the ${status === 204 ? 'status is 204' : 'code is 0'}`]);
  }
});

it('each request of the Bruno collection is signed by its script and answered', async () => {
  if (!isExpected(unzip('nexconn.bruno.zip'))) return;
  const folder = join(downloads.folder, 'nexconn.bruno');
  expect(JSON.parse(readFileSync(join(folder, 'bruno.json'), 'utf8'))).toMatchObject({
    version: '1',
    type: 'collection',
  });
  const environment = readFileSync(join(folder, 'environments/mock.bru'), 'utf8');
  expect(environment).toMatch(/^vars:secret \[\n {2}appSecret\n\]$/m);
  const script = blockOf(readFileSync(join(folder, 'collection.bru'), 'utf8'), 'script:pre-request');
  const requests = readdirSync(folder).filter((name) => /^(?!collection).*\.bru$/.test(name));
  const all = Object.keys(operationTable).map((operationId) => `${operationId}.bru`);
  expect(requests.sort()).toEqual(all.sort());
  for (const name of requests) {
    const text = readFileSync(join(folder, name), 'utf8');
    const [, method = '', url = ''] = /^(get|post|put|delete|patch) \{\n {2}url: (.*)$/m.exec(text) ?? [];
    const [, kind = 'none'] = /^ {2}body: (\w+)$/m.exec(text) ?? [];
    const headers = new Map(kind === 'json' ? [['Content-Type', 'application/json']] : []);
    runInNewContext(script, {
      require: (id: string) => stand(id),
      bru: { getEnvVar: (variable: string) => variables()[variable] },
      req: { setHeader: (header: string, value: string) => headers.set(header, value) },
    });
    const response = await send(url, method.toUpperCase(), headers, bodyOf(text, kind));
    if (response.status !== 204) expect(await response.json()).toMatchObject({ code: 0 });
    expect(blockOf(text, 'assert')).toBe(response.status === 204 ? 'res.status: eq 204' : 'res.body.code: eq 0');
  }
});

it('a script says which variable is missing, before anything is signed', () => {
  const collection = JSON.parse(read('nexconn.postman_collection.json')) as Collection;
  const globals = { require: (id: string) => stand(id), pm: { variables: { get: () => '' } } };
  expect(() => runInNewContext(textOf(collection.event[0]), globals)).toThrow(/appKey and appSecret/);
});

it('no file that is run holds an App Secret, and the archives are whole', () => {
  for (const { name, content } of downloadFiles()) {
    // The documents show made-up ones in their examples.
    if (/\.openapi\./.test(name)) continue;
    if (!name.endsWith('.zip')) expect(content.toString(), name).not.toMatch(/"?appSecret"?: *"?[A-Za-z0-9]{8,}/);
    else if (isExpected(unzip(name))) {
      expect(execFileSync('unzip', ['-t', join(downloads.folder, name)]).toString()).toContain('No errors detected');
    }
  }
});

function variables(): Record<string, string> {
  return { appKey: mock.appKey, appSecret: mock.appSecret };
}

/** Stands for the module that both programs bring. */
function stand(id: string): object {
  expect(id).toBe('crypto-js');
  return {
    lib: { WordArray: { random: (length: number) => randomBytes(length).toString('hex') } },
    SHA1: (text: string) => createHash('sha1').update(text).digest('hex'),
  };
}

async function send(url: string, method: string, headers: Map<string, string>, body?: BodyInit): Promise<Response> {
  return fetch(url.replace('{{baseUrl}}', mock.url), {
    method,
    headers: [...headers],
    ...(body !== undefined && { body }),
  });
}

function formOf(fields: { key: string; value: string }[] | undefined): FormData | undefined {
  if (fields === undefined) return undefined;
  const form = new FormData();
  for (const { key, value } of fields) form.append(key, value);
  return form;
}

/** Returns what a `.bru` file sends. */
function bodyOf(text: string, kind: string): BodyInit | undefined {
  if (kind === 'none') return undefined;
  if (kind !== 'multipartForm') return blockOf(text, `body:${kind}`);
  const lines = blockOf(text, 'body:multipart-form').split('\n');
  return formOf(lines.map((line) => line.split(/: (.*)/)).map(([key = '', value = '']) => ({ key, value })));
}

function textOf(event: PostmanEvent | undefined): string {
  // A program of its own wraps the script in a function.
  return `(() => {\n${event?.script.exec.join('\n')}\n})();`;
}

/** Returns what stands in a block of a `.bru` file. */
function blockOf(text: string, name: string): string {
  const lines = text.split('\n');
  const start = lines.indexOf(`${name} {`);
  const length = lines.slice(start).indexOf('}');
  expect(start, name).toBeGreaterThanOrEqual(0);
  const inside = lines
    .slice(start + 1, start + length)
    .map((line) => line.slice(2))
    .join('\n');
  return name.startsWith('script') ? `(() => {\n${inside}\n})();` : inside;
}

function read(name: string): string {
  return readFileSync(join(downloads.folder, name), 'utf8');
}

/** Unpacks an archive; false where there is no `unzip`. */
function unzip(name: string): boolean {
  try {
    execFileSync('unzip', ['-o', '-q', name], { cwd: downloads.folder });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
