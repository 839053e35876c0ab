import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { cp, readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { bundleFlags, bundleSources } from '../../test/support/bundle-sources.js';
import { until } from '../../test/support/until.js';
import { makeScratch, type Scratch } from '../test/support/make-scratch.js';
import { type GenerateApiOptions, generateApi } from './generate-api.js';
import { GenerateError } from './index.js';
import { makeApi } from './make-api.js';

const command = await bundleSources(new URL('./generate.ts', import.meta.url));
const zoo = fileURLToPath(new URL('../fixtures/zoo', import.meta.url));

async function makeProject(): Promise<Scratch> {
  const project = await makeScratch();
  await cp(zoo, join(project.root, 'zoo'), { recursive: true });
  return project;
}

/** Starts the command in a project. */
function start({ root }: Scratch) {
  const args = [...bundleFlags, command, '--document', 'zoo/openapi.yaml', '--out', 'src/zoo'];
  return spawn(process.execPath, args, { cwd: root });
}

function temporaryIn(folder: string): string[] {
  return readdirSync(folder).filter((name) => name.endsWith('.tmp'));
}

it('a run that is killed as it writes leaves whole files, old or new, and the next clears away what it left', async () => {
  await using project = await makeProject();
  const out = join(project.root, 'src/zoo');
  await once(start(project), 'close');
  const good = await project.snapshot();
  // Of an older document.
  const names = (await readdir(out)).map((name) => `src/zoo/${name}`);
  for (const name of names) await project.write(name, `${good[name]}// older\n`);

  const child = start(project);
  const closed = once(child, 'close');
  const isWriting = (): boolean => child.exitCode !== null || temporaryIn(out).length > 0;
  await until(isWriting, { interval: 1 });
  child.kill('SIGKILL');
  await closed;

  const left = await project.snapshot();
  for (const name of names) expect([good[name], `${good[name]}// older\n`], name).toContain(left[name]);
  await project.write('src/zoo/own.ts', 'export const own = 1;\n');
  await once(start(project), 'close');
  expect(await project.snapshot()).toEqual({ ...good, 'src/zoo/own.ts': 'export const own = 1;\n' });
});

it('what a run that still goes on has beside its files stays', async () => {
  await using project = await makeProject();
  await project.write(`src/zoo/types.gen.ts.gen.${process.pid}.tmp`, 'half');
  await project.write('src/zoo/own.tmp', 'own');
  await once(start(project), 'close');
  expect(temporaryIn(join(project.root, 'src/zoo')).sort()).toEqual(['own.tmp', `types.gen.ts.gen.${process.pid}.tmp`]);
});

const valid = { document: 'openapi.yaml', out: 'src/api' };

it.each([
  [undefined, 'The options are no object. Pass { document, out }.'],
  [{ ...valid, document: undefined }, 'The option document is no text. Pass the path of an OpenAPI document.'],
  [{ ...valid, out: 7 }, 'The option out is no text. Pass the path of the folder that the code goes to.'],
  [{ ...valid, only: ['types'] }, 'There is no option only. The options are document, out, parts, overlays'],
  [{ ...valid, parts: ['typos'] }, 'The option parts is no list of types, client, validators, mock.'],
  [{ ...valid, overlays: 'one.yaml' }, 'The option overlays is no list of texts.'],
  [{ ...valid, allowRemote: 'yes' }, 'The option allowRemote is neither true nor false.'],
  [{ ...valid, check: null }, 'The option check is neither true nor false.'],
])('%j is refused with what to pass', async (options, message) => {
  const error = await generateApi(options as GenerateApiOptions).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(GenerateError);
  expect(error).toMatchObject({ code: 'INVALID_OPTION', problems: [], message: expect.stringContaining(message) });
});

/** A document of two operations, of which the second answers by a schema that no validator can be made of. */
function documentWith(pattern: string): string {
  const answer = (schema: object) => ({ 200: { description: '', content: { 'application/json': { schema } } } });
  return JSON.stringify({
    openapi: '3.1.0',
    info: { title: 'Two', version: '1' },
    paths: {
      '/good': { get: { operationId: 'good', responses: answer({ type: 'string' }) } },
      '/odd': { get: { operationId: 'odd', responses: answer({ type: 'string', pattern }) } },
    },
  });
}

it('an operation whose answer cannot be checked is left out of all files with a warning, and only where it is checked', async () => {
  await using project = await makeScratch();
  await project.write('openapi.json', documentWith('(?i)a'));
  const target = { document: 'openapi.json', out: 'src/api' };
  const { outputs, warnings } = await makeApi(project.root, target);
  expect(warnings).toMatchObject([{ message: expect.stringMatching(/^GET \/odd is left out: .*Invalid group/) }]);
  for (const { path, content } of outputs.filter(({ path }) => !path.endsWith('/api.gen.ts')))
    expect(content, path).not.toMatch(/\bodd\b/i);
  expect(outputs.find(({ path }) => path.endsWith('client.gen.ts'))?.content).toContain('goodOperation');

  const { warnings: none, outputs: typed } = await makeApi(project.root, { ...target, parts: ['types'] });
  expect(none).toEqual([]);
  expect(typed.find(({ path }) => path.endsWith('types.gen.ts'))?.content).toContain('odd: {');
});

it('a document of which nothing can be checked is refused with every reason', async () => {
  await using project = await makeScratch();
  await project.write(
    'openapi.json',
    documentWith('(?i)a').replace('"type":"string"}', '"type":"string","minLength":-1}'),
  );
  const made = makeApi(project.root, { document: 'openapi.json', out: 'src/api' });
  await expect(made).rejects.toMatchObject({ code: 'DOCUMENT_INVALID', problems: { length: 2 } });
});

it.each(['own.ts', 'own.ts/api', '/dev/null'])('an out that is no folder is refused by name: %s', async (out) => {
  await using project = await makeProject();
  await project.write('own.ts', '');
  const given = resolve(project.root, out);
  const thrown = await generateApi({ document: join(project.root, 'zoo/openapi.yaml'), out: given }).catch((e) => e);
  expect(thrown).toMatchObject({
    code: 'INVALID_OPTION',
    message: expect.stringContaining(`${given}, which is no folder`),
  });
});
