import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { runCaptured } from '../test/support/run-captured.js';
import { serveSettings, variableOf } from './settings/serve-settings.js';

const page = readFileSync(new URL('../../docs/site/token-server.md', import.meta.url), 'utf8');
const shown = [...page.matchAll(/nexconn-token-server((?: (?:serve|backup|restore|reencrypt))?)\b([^`\n]*)/g)];

test('the page of the token server shows every setting, and every variable of a secret', () => {
  const words = [...page.matchAll(/`(\w+)`/g)].map(([, name]) => name);
  const names = Object.keys(serveSettings);
  const secrets = names.filter((name) => name.endsWith('File')).map((name) => variableOf(name.slice(0, -4)));
  for (const name of [...names, ...secrets]) expect(words).toContain(name);
});

test('the guide to log-ins shows the settings of each identity provider, which are tried', () => {
  const folder = new URL('../../../examples/identity-providers/providers/', import.meta.url);
  const files = readdirSync(folder).filter((file) => file.endsWith('.env'));
  const guide = readFileSync(new URL('../../docs/site/guides/log-ins.md', import.meta.url), 'utf8');
  expect(files).toHaveLength(6);
  for (const file of files) expect(guide).toContain(`<<< @/../../../examples/identity-providers/providers/${file}{`);
});

test('the page of the token server shows every command', async () => {
  const { stdout } = await runCaptured(['--help']);
  const listed = [...stdout.matchAll(/^ {2}([a-z]+) \[options\]/gm)].map(([, name]) => name);
  expect(listed).toEqual(['serve', 'backup', 'restore', 'reencrypt']);
  expect(new Set(shown.map(([, name = '']) => name.trim()))).toEqual(new Set(['', ...listed]));
});

test.each(['serve', 'backup', 'restore', 'reencrypt'])('%s has every flag that is shown with it', async (name) => {
  const { code, stdout } = await runCaptured([name, '--help']);
  expect(code).toBe(0);
  const lines = shown.filter(([, command = '']) => command.trim() === name).map(([, , rest]) => rest);
  for (const [flag] of lines.join('\n').matchAll(/--[a-z-]+/g)) expect(stdout).toContain(flag);
});

test('a command that there is not is told as that, though serve is the default', async () => {
  expect(await runCaptured(['bakup'])).toEqual({
    code: 2,
    stdout: '',
    stderr: "Unknown command 'bakup'. See nexconn-token-server --help.\n",
  });
});

test.each([
  [['--help']],
  [['serve', '--help']],
  [['backup', '--help']],
  [['restore', '--help']],
  [['reencrypt', '--help']],
])('%j shows help within 80 columns', async (args) => {
  const { code, stdout, stderr } = await runCaptured(args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
});

test('without the name of a command it serves, and a flag of it is known', async () => {
  const { code, stderr } = await runCaptured(['--port', 'x']);
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('--port is "x"') });
  expect(await runCaptured(['--prt', '1'])).toMatchObject({ code: 2, stderr: expect.stringContaining('--port') });
});
