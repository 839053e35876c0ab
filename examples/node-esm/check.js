// Starts the command that follows, with the settings of a mock around it, and looks at what its token endpoint answers.
import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout } from 'node:timers/promises';

const url = await startApp(process.argv.slice(2));
assert.equal((await ask('session=nobody')).status, 401);
const first = await ask('session=a1b2');
assert.equal(first.status, 200);
const token = await first.json();
assert.equal(token.userId, 'jlk456j5');
assert.ok(token.accessToken);
assert.deepEqual(await (await ask('session=a1b2')).json(), token);
console.log('ok: 401 without a session, a token with one, and the same token again');
process.exit();

/** Asks for the token of whoever is logged in, until the app listens. */
async function ask(cookie) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await fetch(`${url}/access-token`, { method: 'POST', headers: { cookie } });
    } catch (error) {
      if (attempt === 600) throw error;
      await setTimeout(100);
    }
  }
}

/** Returns the address of an app that is started on a free port, and ends with this process. */
async function startApp([command, ...args]) {
  const probe = createServer().listen(0);
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  const app = spawn(command, args, { env: { ...process.env, PORT: port }, stdio: 'inherit' });
  app.once('exit', (code) => process.exit(code || 1));
  process.once('exit', () => app.kill());
  return `http://127.0.0.1:${port}`;
}
