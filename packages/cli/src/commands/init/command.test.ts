import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCaptured } from '../../../test/support/run-captured.js';

const root = fileURLToPath(new URL('../../../../../', import.meta.url));
const frameworks = ['express', 'fastify', 'hono', 'next', 'nest'];
const flags = ['--framework', 'express', '--region', 'sg'];

let parent: string;
beforeAll(() => {
  parent = mkdtempSync(join(tmpdir(), 'nexconn-init-'));
  execFileSync(process.execPath, [join(root, 'packages/cli/build-templates.js')]);
});
afterAll(() => rmSync(parent, { recursive: true }));

function filesOf(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

test.each(frameworks)('for %s it writes the text of the example, a test and a file for settings', async (framework) => {
  const folder = join(parent, `My ${framework}`);
  const { code, stdout, stderr } = await runCaptured(['init', folder, '--framework', framework, '--region', 'us']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const example = `examples/${framework}`;
  const tracked = execFileSync('git', ['ls-files', example], { cwd: root, encoding: 'utf8' })
    .split('\n')
    .filter(Boolean);
  const names = tracked.map((path) => path.slice(example.length + 1));
  expect(filesOf(folder)).toEqual([...names, '.env.example', '.gitignore'].sort());
  for (const name of names) {
    expect(stdout).toContain(`\n  ${name}\n`);
    if (name === 'package.json') continue;
    expect(readFileSync(join(folder, name), 'utf8')).toBe(readFileSync(join(root, example, name), 'utf8'));
  }
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const { name: _, ...original } = JSON.parse(readFileSync(join(root, example, 'package.json'), 'utf8'));
  expect(manifest).toMatchObject({ ...original, name: `my-${framework}` });
  expect(manifest.scripts.test).toMatch(/^(npm run build && )?nexconn mock -- npm run check$/);
  expect(manifest.devDependencies['@nexconn-kit/cli']).toBe(manifest.dependencies['@nexconn-kit/client']);
  expect(readFileSync(join(folder, '.env.example'), 'utf8')).toContain('\nNEXCONN_APP_SECRET=\nNEXCONN_REGION=us\n');
  expect(stdout).toContain(`\n  cd '${folder}'\n  npm install\n  npm test `);
  expect(stdout).toMatch(/\n {2}(npm run build && )?node --env-file=\.env \S+\.js\n$/);
});

test('what is there already is named, nothing is written, and nothing of it is changed', async () => {
  const folder = join(parent, 'taken');
  mkdirSync(folder);
  writeFileSync(join(folder, 'server.js'), 'mine');
  writeFileSync(join(folder, 'other.js'), 'mine');
  symlinkSync('/nowhere/at/all', join(folder, '.gitignore'));
  const { code, stdout, stderr } = await runCaptured(['init', folder, ...flags]);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toBe(
    `Nothing was written: ${folder} has already\n  server.js\n  .gitignore\nName another folder, or move them away.\n`,
  );
  expect(filesOf(folder)).toEqual(['.gitignore', 'other.js', 'server.js']);
  expect(readFileSync(join(folder, 'server.js'), 'utf8')).toBe('mine');
});

test('a folder of it that is a link is not followed', async () => {
  const folder = join(parent, 'linked');
  mkdirSync(folder);
  symlinkSync(parent, join(folder, 'app'));
  const { code, stderr } = await runCaptured(['init', folder, '--framework', 'next', '--region', 'sg']);
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('\n  app\n') });
  expect(filesOf(folder)).toEqual(['app']);
});

test('a folder with other files in it is written into', async () => {
  const folder = join(parent, 'used');
  mkdirSync(folder);
  writeFileSync(join(folder, 'LICENSE'), 'mine');
  expect((await runCaptured(['init', folder, ...flags])).code).toBe(0);
  expect(filesOf(folder)).toContain('LICENSE');
});

test.each([
  ['Ünï cödé', 'n-c-d'],
  ['...', 'nexconn-tokens'],
  ['node_modules', 'nexconn-tokens'],
  ["it's", 'it-s'],
])('the folder %j gives a name that npm takes', async (folder, name) => {
  const path = join(parent, 'names', folder === '...' ? '....' : folder);
  const { code, stdout } = await runCaptured(['init', path, ...flags, '--json']);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ folder: path, framework: 'express' });
  expect(JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')).name).toBe(name);
});

test.runIf(process.platform === 'linux')('a folder that takes none ends it in a sentence', async () => {
  const { code, stderr } = await runCaptured(['init', '/proc/none/at/all', ...flags]);
  expect([code, stderr]).toEqual([1, expect.stringContaining('cannot be written (ENOENT)')]);
});

test('the region of the environment is taken, and one that there is not is refused', async () => {
  const folder = join(parent, 'region');
  const args = ['init', folder, '--framework', 'hono'];
  expect(await runCaptured(args)).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^Set --region to sg, us or sau/),
  });
  expect(await runCaptured(args, { env: { NEXCONN_REGION: 'eu' } })).toMatchObject({
    code: 2,
    stderr: 'NEXCONN_REGION is "eu". Set it to sg, us or sau.\n',
  });
  expect((await runCaptured(args, { env: { NEXCONN_REGION: 'sau' } })).code).toBe(0);
  expect(readFileSync(join(folder, '.env.example'), 'utf8')).toContain('NEXCONN_REGION=sau');
});

test('a path that cannot be written is one sentence, and leaves nothing', async () => {
  const file = join(parent, 'file');
  writeFileSync(file, '');
  expect(await runCaptured(['init', join(file, 'x'), ...flags])).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(/cannot be written \(ENOTDIR\)\. Check the path, and that there is room\.\n$/),
  });
});
