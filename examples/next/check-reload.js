// A change of the route while `next dev` runs opens the same database again: the user keeps the token.
import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { setTimeout } from 'node:timers/promises';

const probe = createServer().listen(0);
await once(probe, 'listening');
const { port } = probe.address();
probe.close();
const args = ['node_modules/next/dist/bin/next', 'dev', '--port', String(port)];
const app = spawn(process.execPath, args, { stdio: 'inherit' });
process.once('exit', () => app.kill());

const first = await token();
const route = 'app/access-token/route.ts';
const source = await readFile(route, 'utf8');
await writeFile(route, source.replace('export const POST', 'const handler') + reloaded());
for (;;) {
  const next = await token();
  assert.deepEqual(next.body, first.body);
  if (next.isReloaded) break;
  await setTimeout(500);
}
await writeFile(route, source);
process.exit();

function reloaded() {
  return `
export async function POST(request: Request) {
  const response = await handler(request);
  response.headers.set('x-reloaded', 'yes');
  return response;
}
`;
}

async function token() {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const url = `http://127.0.0.1:${port}/access-token`;
      const response = await fetch(url, { method: 'POST', headers: { cookie: 'session=a1b2' } });
      assert.equal(response.status, 200);
      return { body: await response.json(), isReloaded: response.headers.has('x-reloaded') };
    } catch (error) {
      if (attempt === 600) throw error;
      await setTimeout(200);
    }
  }
}
