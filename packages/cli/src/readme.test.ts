import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { runCaptured } from '../test/support/run-captured.js';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const commands = [...readme.matchAll(/^(?:\| `)?nexconn ([a-z]+(?: (?:issue|backup|restore|reencrypt))?)/gm)].map(
  ([, command = '']) => command,
);

test('the README shows every command', async () => {
  const { stdout } = await runCaptured(['--help']);
  const listed = [...stdout.matchAll(/^ {2}([a-z]+)(?: \[options\](?: \[command\.\.\.\])?)? {2,}/gm)].map(
    ([, name]) => name,
  );
  expect(new Set(commands.map((command) => command.split(' ')[0]))).toEqual(new Set(listed));
});

test.each([...new Set(commands)])('nexconn %s of the README exists, with every flag shown', async (command) => {
  const { code, stdout } = await runCaptured([...command.split(' '), '--help']);
  expect(code).toBe(0);
  const lines = readme.split('\n').filter((line) => line.includes(`nexconn ${command}`));
  for (const [flag] of lines.join('\n').matchAll(/--[a-z-]+/g)) expect(stdout).toContain(flag);
});
