import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { quoteForShell } from './shell.js';

test.each(['plain', "it's", '$HOME `id` "x" \\', '', 'é🙂'])('a shell reads %s back as it was', (text) => {
  expect(execFileSync('sh', ['-c', `printf %s ${quoteForShell(text)}`], { encoding: 'utf8' })).toBe(text);
});
