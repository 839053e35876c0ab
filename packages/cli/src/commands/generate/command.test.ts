import { mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { bundleFlags } from '../../../../../test/support/bundle-sources.js';
import { runCommand } from '../../../../../test/support/run-command.js';
import { startCommand } from '../../../../../test/support/start-command.js';
import { until } from '../../../../../test/support/until.js';
import { runCaptured } from '../../../test/support/run-captured.js';
import { bin, endsByItself } from '../../../test/support/start-cli.js';

const documentText = (operationId: string): string => `openapi: 3.1.0
info: {title: Things, version: 1.0.0}
servers: [{url: 'https://things.example'}]
paths:
  /things/{thingId}:
    get:
      operationId: ${operationId}
      parameters: [{name: thingId, in: path, required: true, schema: {type: string}}]
      responses: {'200': {description: It., content: {application/json: {schema: {type: object, properties: {name: {type: string}}}}}}}
`;
const overlayText = `overlay: 1.0.0
info: {title: Names, version: 1.0.0}
actions: [{target: "$.paths['/things/{thingId}'].get", update: {operationId: fetchThing}}]
`;

let folder: string;
let document: string;
let out: string;
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'nexconn-generate-')));
  [document, out] = [join(folder, 'openapi.yaml'), join(folder, 'api')];
  await writeFile(document, documentText('getThing'));
});
afterEach(() => rm(folder, { recursive: true }));

const run = (...flags: string[]) => runCaptured(['generate', '--document', document, '--out', out, ...flags]);
const read = (name: string): Promise<string> => readFile(join(out, name), 'utf8');

test('writes the parts that are named, and says which files are new; then that all are up to date', async () => {
  const first = await run('--only', 'types,client');
  expect(first).toMatchObject({ code: 0, stderr: '' });
  const names = ['client.gen.ts', 'index.gen.ts', 'operations.gen.ts', 'types.gen.ts'];
  expect((await readdir(out)).sort()).toEqual(names);
  for (const name of names) expect(first.stdout).toMatch(new RegExp(`^  new      .*api/${name}$`, 'm'));
  expect(first.stdout).toMatch(/createApiClient\(clientApi\);\n$/);
  expect(await read('client.gen.ts')).toMatch(
    /^\/\/ Generated from .* by `npx nexconn generate --document .*--only types,client`/,
  );
  expect(await run('--only', 'types,client')).toEqual({ code: 0, stdout: '4 files are up to date.\n', stderr: '' });
});

test('names a folder beside as an import does that is of no package', async () => {
  const args = [bin, 'generate', '--document', 'openapi.yaml', '--out', 'src/api', '--only', 'client'];
  const { stdout } = await runCommand(process.execPath, args, { cwd: folder });
  expect(stdout).toContain("import { clientApi } from './src/api/index.gen.js';\n");
});

test.runIf(process.platform === 'linux')('a folder that can never be there is told at once', async () => {
  const { code, stderr } = await runCaptured(['generate', '--document', document, '--out', '/proc/none/at/all']);
  expect(code).toBe(1);
  expect(stderr).toMatch(/This file cannot be written: ENOENT/);
});

test('--overlay changes the document first', async () => {
  const overlay = join(folder, 'names.yaml');
  await writeFile(overlay, overlayText);
  expect(await run('--only', 'types', '--overlay', overlay)).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/index\.gen\.ts\n$/),
  });
  expect(await read('operations.gen.ts')).toContain('export interface FetchThingRequest');
});

test('an operation that cannot be understood is left out, and told on stderr with its place and what to do', async () => {
  const lost = "  /lost:\n    get: {operationId: getLost, responses: {'200': {$ref: '#/components/responses/None'}}}\n";
  await writeFile(document, documentText('getThing') + lost);
  const { code, stderr } = await run('--only', 'types,client');
  expect(code).toBe(0);
  expect(stderr).toMatch(/^ {2}warning {2}.*openapi\.yaml:11 {2}GET \/lost is left out: .*\n {11}→ .*\n$/);
  expect(await read('client.gen.ts')).toContain('getThingOperation');
  expect(await read('client.gen.ts')).not.toContain('getLost');
});

test('--check ends with 1, names what differs and how to mend it, and writes nothing', async () => {
  await run('--only', 'types');
  expect(await run('--only', 'types', '--check')).toMatchObject({ code: 0, stderr: '' });
  const before = await read('operations.gen.ts');
  await writeFile(document, documentText('findThing'));
  const { code, stdout, stderr } = await run('--only', 'types', '--check');
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain('  changed  ');
  expect(stderr).toMatch(/To fix it: npx nexconn generate --document .* --only types\n$/);
  expect(await read('operations.gen.ts')).toBe(before);
});

test('a document that is wrong, and a file of somebody else in the way, are told, and nothing is written', async () => {
  await run('--only', 'types');
  await writeFile(join(out, 'client.gen.ts'), 'export const mine = 1;\n');
  const inTheWay = await run('--only', 'types,client');
  expect(inTheWay).toMatchObject({ code: 1, stdout: '' });
  expect(inTheWay.stderr).toContain('was not generated by this command');
  await writeFile(document, 'openapi: 2.0\n');
  const wrong = await run('--only', 'types');
  expect(wrong).toMatchObject({ code: 1, stdout: '' });
  expect(wrong.stderr).toContain('openapi.yaml:1');
  expect(await read('client.gen.ts')).toBe('export const mine = 1;\n');
  expect(await read('operations.gen.ts')).toContain('GetThingRequest');
});

test.each([
  [['--check', '--watch'], 'Leave out --check or --watch.'],
  [['--json', '--watch'], 'Leave out --json or --watch.'],
  [['--only', 'types,clients'], '--only has "clients". It takes a list of types, client, validators, mock.'],
])('%j is wrong use', async (flags, message) => {
  const { code, stdout, stderr } = await run(...flags);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(message);
});

test('--watch writes anew, and keeps the last good code while the document is wrong', async () => {
  const flags = ['--only', 'types', '--watch'];
  const cli = startCommand(bin, ['generate', '--document', document, '--out', out, ...flags], endsByItself);
  await cli.waitFor(/Watching .*Ctrl-C ends it\./);
  await writeFile(document, documentText('findThing'));
  await until(async () => expect(await read('operations.gen.ts')).toContain('FindThingRequest'));
  await writeFile(document, 'openapi: [\n');
  await until(() => expect(cli.stderr()).toContain('Not written: the last good code stays.'));
  expect(await read('operations.gen.ts')).toContain('FindThingRequest');
  await writeFile(document, documentText('loadThing'));
  await until(async () => expect(await read('operations.gen.ts')).toContain('LoadThingRequest'));
});

test('with --json it prints one object, also of what is out of sync', async () => {
  const flags = ['--only', 'types', '--json'];
  const lost = "  /lost:\n    get: {operationId: getLost, responses: {'200': {$ref: '#/components/responses/None'}}}\n";
  await writeFile(document, documentText('getThing') + lost);
  const written = await run(...flags);
  expect(written).toMatchObject({ code: 0, stderr: '' });
  const files = ['index.gen.ts', 'operations.gen.ts', 'types.gen.ts'].map((name) => expect.stringContaining(name));
  const { missing, ...rest } = JSON.parse(written.stdout);
  expect({ ...rest, missing: missing.toSorted() }).toEqual({
    ...{ files: expect.arrayContaining(files), missing: files, changed: [], stray: [] },
    warnings: [expect.objectContaining({ line: 11, message: expect.stringContaining('GET /lost is left out') })],
    command: expect.stringContaining('npx nexconn generate'),
  });
  await writeFile(document, documentText('findThing'));
  const { code, stdout, stderr } = await run(...flags, '--check');
  expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
  expect(JSON.parse(stdout)).toMatchObject({
    changed: expect.arrayContaining([expect.stringContaining('operations.gen.ts')]),
    warnings: [],
  });
  await writeFile(document, 'openapi: [\n');
  const wrong = await run(...flags);
  expect(wrong).toMatchObject({ code: 1, stdout: '' });
  expect(JSON.parse(wrong.stderr)).toMatchObject({ error: { code: 'DOCUMENT_INVALID' } });
});

/** Has Node look for the generator where no package is installed. */
const hooks =
  'export const resolve = (name, context, next) =>' +
  'next(name, name === "@nexconn-kit/generator" ? { ...context, parentURL: "file:///nowhere/" } : context)';
const register = `import { register } from 'node:module'; register(${JSON.stringify(asData(hooks))});`;

function asData(code: string): string {
  return `data:text/javascript,${encodeURIComponent(code)}`;
}

test('without the package it says what to install', async () => {
  // Its sources: the generator is part of a bundle.
  const source = fileURLToPath(new URL('../../bin.ts', import.meta.url));
  const flags = [...bundleFlags, '--import', import.meta.resolve('tsx'), '--import', asData(register), source];
  const args = [...flags, 'generate', '--document', document, '--out', out];
  const { exitCode, stdout, output } = await runCommand(process.execPath, args, { cwd: folder });
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
  expect(output).toContain('npm install --save-dev @nexconn-kit/cli @nexconn-kit/generator');
  expect(await readdir(folder)).toEqual(['openapi.yaml']);
});
