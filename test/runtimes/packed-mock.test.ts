import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runCommand } from '../support/run-command.js';
import { packedFolder } from './packed-folder.js';

const script = `
import { startMock } from '@nexconn-kit/mock';
import { signRequest } from '@nexconn-kit/signing';

const mock = await startMock({ port: 0 });
const response = await fetch(mock.url + '/v4/auth/access-token/issue', {
  method: 'POST',
  headers: { ...signRequest(mock), 'Content-Type': 'application/json', Prefer: 'code=429' },
  body: JSON.stringify({ userId: 'jlk456j5', name: 'Ada' }),
});
const page = await fetch(mock.url + '/_console');
const style = await fetch(mock.url + '/_console/console.css');
console.log(response.status, (await response.json()).code, page.status, style.status, (await page.text()).slice(0, 15));
await mock.close();
`;

it('the packed mock has its reference engine and its page in it, and depends on our packages alone', async () => {
  const folder = packedFolder();
  const manifest = await readFile(join(folder, 'node_modules/@nexconn-kit/mock/package.json'), 'utf8');
  expect(Object.keys(JSON.parse(manifest).dependencies)).toEqual(['@nexconn-kit/contract', '@nexconn-kit/signing']);
  await writeFile(join(folder, 'ask-mock.js'), script);
  const { exitCode, output } = await runCommand(process.execPath, ['ask-mock.js'], { cwd: folder });
  expect(output.trim()).toBe('429 1008 200 200 <!doctype html>');
  expect(exitCode).toBe(0);
});
