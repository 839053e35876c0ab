import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { cp, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, vi } from 'vitest';
import { makeScratch, type Scratch } from '../test/support/make-scratch.js';
import { type GenerateApiOptions, generateApi } from './generate-api.js';
import { GenerateError } from './index.js';

const command = fileURLToPath(new URL('./generate.ts', import.meta.url));
const zoo = fileURLToPath(new URL('../fixtures/zoo', import.meta.url));

async function makeProject(): Promise<Scratch> {
  const project = await makeScratch();
  await cp(zoo, join(project.root, 'zoo'), { recursive: true });
  return project;
}

/** Starts the command in a project. */
function start({ root }: Scratch) {
  const args = ['--conditions=@nexconn-kit/source', '--import', import.meta.resolve('tsx'), command];
  return spawn(process.execPath, [...args, '--document', 'zoo/openapi.yaml', '--out', 'src/zoo'], { cwd: root });
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
  await vi.waitUntil(isWriting, { timeout: 60_000, interval: 1 });
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
