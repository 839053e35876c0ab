import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findProgram, isExpected } from '../../../test/support/find-program.js';
import { runCommand } from '../../../test/support/run-command.js';
import type { JsonObject } from '../types.js';
import { sampleLanguages } from './languages.js';
import type { FormPart, SampleCall, SampleLanguage } from './types.js';

/** What begins or ends something in one language or another: a user may be called so. */
const names = [
  `'it's' "quoted" """three""" \`ticks\` $(id) \${id}`,
  `$x \${x} #{1+1} \\(x) {x} {{x}} %s %d %% @x`,
  'back\\slash \\n \\u0041 \\" end\\',
  'line\nbreak\r\ttab\b\f \u0001 end',
  "é 😀 \u2028 \u2029 <?php ?> <<EOF */ // # -- ; ''' end",
];
const repository = resolve(import.meta.dirname, '../../..');
/** Debian has no compiler of theirs, or one that takes half a minute. */
const notRun = ['csharp', 'kotlin', 'swift'];
/** What a header may hold. */
const header = `a'b"c$d\`e\\f#{g}`;
const path = "/v4/it's/(a)*!?q=%24%7Bx%7D&p=%27a%27";

/** Where there is nothing to answer, and where it is refused in a success. */
const gone = '/v4/device/d1';
const refused = '/v4/device/d2';

interface Received {
  body: unknown;
  headers: IncomingHttpHeaders;
  url: string | undefined;
}
let server: Server;
let received: Received | undefined;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'nexconn-kit-escaping-'));
  server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    received = {
      body: await readBody(request.headers, Buffer.concat(parts)),
      headers: request.headers,
      url: request.url,
    };
    if (request.url === gone) return response.writeHead(204).end();
    response.setHeader('content-type', 'application/json');
    if (request.url === refused) return response.end('{"code":1000,"errorMessage":"Try again."}');
    response.end('{"code":0,"result":{"userId":"jlk456j5","accessToken":"t"}}');
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
});
afterAll(async () => {
  server?.closeAllConnections();
  server?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Returns a value of JSON, a text, or the fields of a form, a file of which is the list of its text. */
async function readBody(headers: IncomingHttpHeaders, bytes: Buffer<ArrayBuffer>): Promise<unknown> {
  const type = headers['content-type'] ?? '';
  if (type === 'application/json') return JSON.parse(bytes.toString());
  if (!type.startsWith('multipart/form-data')) return bytes.length === 0 ? undefined : bytes.toString();
  const form = await new Response(bytes, { headers: { 'content-type': type } }).formData();
  const fields = [...form].map(async ([name, value]) => {
    return [name, typeof value === 'string' ? value : [await value.text()]] as const;
  });
  return Object.fromEntries(await Promise.all(fields));
}

/** A call whose body has each name, as a key too. */
function callWith(value: JsonObject | undefined): SampleCall {
  return {
    source: 'spec/nexconn/openapi.yaml',
    operationId: 'issueAccessToken',
    typeName: 'IssueAccessToken',
    summary: 'Issue an access token',
    method: 'POST',
    path,
    parameters: [],
    headers: { 'X-Tag': header },
    body: value && { kind: 'json', contentType: 'application/json', value },
    successStatus: 200,
    emptyStatus: undefined,
    request: { ...value },
    printed: ['userId'],
    notPrinted: ['accessToken'],
    signature: { appKey: 'App-Key', nonce: 'Nonce', timestamp: 'Timestamp', signature: 'Signature' },
    envelope: { code: 'code', success: 0, message: 'errorMessage', result: 'result' },
  };
}

async function run(language: SampleLanguage, call: SampleCall): Promise<string> {
  const { port } = server.address() as AddressInfo;
  const out = mkdtempSync(join(folder, `${language.id}-`));
  const file = join(out, `sample.${language.extension}`);
  writeFileSync(file, language.write(call));
  const env = { NEXCONN_APP_KEY: 'key', NEXCONN_APP_SECRET: 'secret', NEXCONN_BASE_URL: `http://127.0.0.1:${port}` };
  const fill = (word: string): string =>
    word.replace(/\{(\w+)\}/g, (_, name: string) => ({ file, out, type: call.typeName })[name] ?? '');
  received = undefined;
  for (const command of [language.build, language.run]) {
    if (command === undefined) continue;
    const [program = '', ...words] = command.map(fill);
    const { exitCode, output } = await runCommand(program, words, { cwd: out, env });
    if (exitCode !== 0) return output;
  }
  return '';
}

describe.each(sampleLanguages.filter(({ id }) => id !== 'typescript' && !notRun.includes(id)))('$title', (language) => {
  it('sends texts, keys, a header and a path as they are, whatever they look like in a program', async () => {
    if (!isExpected(language.programs.every((name) => findProgram(name) !== undefined))) return;
    const keys = Object.fromEntries(names.map((name, index) => [`${index}${name.replace(/[^!-~]/g, '')}`, name]));
    const body = { userId: 'jlk456j5', names, keys };
    expect(await run(language, callWith(body))).toBe('');
    expect(received?.body).toEqual(body);
    expect(received?.headers['x-tag']).toBe(header);
    expect(received?.url).toBe(path);
  });

  it('sends a form with a file, and a text that is no JSON, as they are', async () => {
    if (!isExpected(language.programs.every((name) => findProgram(name) !== undefined))) return;
    // What a form holds ends its lines by both signs.
    const texts = names.map((name) => name.replaceAll(/[\r\n]/g, ' '));
    const parts = texts.flatMap((text, index): FormPart[] => [
      { name: `field${index}`, text, isFile: false },
      { name: `file${index}`, text, isFile: true },
    ]);
    const form: SampleCall['body'] = { kind: 'form', contentType: 'multipart/form-data', parts };
    expect(await run(language, { ...callWith(undefined), body: form })).toBe('');
    expect(received?.body).toEqual(
      Object.fromEntries(parts.map(({ name, text, isFile }) => [name, isFile ? [text] : text])),
    );
    const text = names.join();
    expect(
      await run(language, { ...callWith(undefined), body: { kind: 'text', contentType: 'text/plain', text } }),
    ).toBe('');
    expect(received?.body).toBe(text);
  });

  it('takes an answer without a body as the success that the document says it is, and no other', async () => {
    if (!isExpected(language.programs.every((name) => findProgram(name) !== undefined))) return;
    const call: SampleCall = {
      ...callWith(undefined),
      method: 'DELETE',
      emptyStatus: 204,
      printed: [],
      notPrinted: [],
    };
    expect(await run(language, { ...call, path: gone })).toBe('');
    expect(await run(language, { ...call, path: refused })).toContain('1000');
  });
});

it('TypeScript: the client is given texts as they are', async () => {
  const typescript = sampleLanguages.find(({ id }) => id === 'typescript') as SampleLanguage;
  for (const name of names) {
    const text = typescript.write(callWith({ userId: 'jlk456j5', name }));
    const [, argument = ''] = /issueAccessToken\((\{[\s\S]*?\n {2}\})\);/.exec(text) ?? [];
    const file = join(folder, 'argument.mjs');
    writeFileSync(file, `console.log(JSON.stringify(${argument}));`);
    const { stdout } = await runCommand(process.execPath, [file], { cwd: repository });
    expect(JSON.parse(stdout)).toEqual({ userId: 'jlk456j5', name });
  }
});
