import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import * as tokenService from './index.js';

const site = new URL('../../docs/site/', import.meta.url);
const pages = ['tokens-on-the-app-server', 'token-stores', 'user-ids'].map((name) => `guides/${name}.md`);
const [options = '', ...guides] = ['options.md', ...pages].map((page) => readFileSync(new URL(page, site), 'utf8'));

it('the guides name every export', () => {
  const text = guides.join('\n');
  expect(Object.keys(tokenService).filter((name) => !text.includes(name))).toEqual([]);
});

it('the page of options has those of the service and of the handler', () => {
  for (const name of ['replaceCoolDownMs', 'allowedOrigins']) expect(options).toContain(`| \`${name}\` |`);
});
