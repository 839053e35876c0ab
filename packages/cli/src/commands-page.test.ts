import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { runCaptured } from '../test/support/run-captured.js';
import { createProgram } from './create-program.js';

const page = readFileSync(new URL('../../docs/site/commands.md', import.meta.url), 'utf8');
const commands = [
  ...page.matchAll(/^(?:\| `)?nexconn ([a-z]+(?: (?:issue|bulk|check|coverage|reissue|backup|restore|reencrypt))?)/gm),
].map(([, command = '']) => command);

const stdout = { write: () => {} };

test('the page of the commands shows each of them', () => {
  const program = createProgram({ stdout, stderr: stdout, env: {}, stopSignal: () => AbortSignal.abort() }, '/nowhere');
  const shown = program.createHelp().visibleCommands(program);
  const listed = shown.map((command) => command.name()).filter((name) => name !== 'help');
  expect(new Set(commands.map((command) => command.split(' ')[0]))).toEqual(new Set(listed));
});

test.each([...new Set(commands)])('nexconn %s of the page exists, with every flag shown', async (command) => {
  const { code, stdout } = await runCaptured([...command.split(' '), '--help']);
  expect(code).toBe(0);
  const isAbout = (line: string, name: string): boolean => line.includes(`nexconn ${name}`);
  const below = commands.filter((name) => name.startsWith(`${command} `));
  const lines = page.split('\n').filter((line) => isAbout(line, command) && !below.some((name) => isAbout(line, name)));
  for (const [flag] of lines.join('\n').matchAll(/--[a-z-]+/g)) expect(stdout).toContain(flag);
});
