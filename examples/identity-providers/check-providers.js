// Runs each recipe, for the server and for a handler, against tokens in the provider's shape, with the settings of a mock around it.
import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createNexconnClient } from '@nexconn-kit/client';
import { createMemoryStore, createTokenHandler, createTokenService, opaqueUserId } from '@nexconn-kit/token-service';
import { makeProviders } from './fake/fake-providers.js';

const manifest = fileURLToPath(import.meta.resolve('@nexconn-kit/token-server/package.json'));
const bin = manifest.replace(/package\.json$/, 'dist/bin.js');
const key = '0f9d2c4b6a8e1357'.repeat(4);
process.env.NEXCONN_USER_ID_KEY = key;

const providers = await makeProviders();
process.env.FAKE_ANSWERS = JSON.stringify(Object.assign({}, ...providers.map(({ answers }) => answers)));
await import('./fake/fake-fetch.js');

let count = 0;
for (const provider of providers) {
  const { name, userId, bad, badForHandler } = provider;
  await checkOne(provider, `${name}.js`, await makeHandler(name), { ...bad, ...badForHandler });
  const server = await startServer(name, userId.isOpaque);
  await checkOne(provider, `${name}.env`, server.ask, bad);
  server.kill();
}
console.log(`${count} tokens of ${providers.length} providers were judged rightly by handler and server.`);
await checkCertificates();
await checkKeyIsNeeded();
process.exit();

async function checkOne({ good, userId }, recipe, ask, bad) {
  const expected = userId.isOpaque ? opaqueUserId(userId.raw, key) : userId.raw;
  for (const [what, token] of Object.entries(good)) {
    const response = await ask(token);
    const body = await response.json();
    assert.equal(response.status, 200, `${recipe}: ${what} was refused: ${JSON.stringify(body)}`);
    assert.equal(body.userId, expected, recipe);
    count += 1;
  }
  for (const [what, token] of Object.entries(bad)) {
    assert.equal((await ask(token)).status, 401, `${recipe}: a token that ${what} must be a 401`);
    count += 1;
  }
}

async function makeHandler(name) {
  const { authenticate } = await import(`./providers/${name}.js`);
  const tokens = createTokenService({ client: createNexconnClient(), store: createMemoryStore() });
  const handler = createTokenHandler(tokens, { authenticate, challenge: 'Bearer' });
  return (token) => handler(requestOf('http://localhost', token));
}

function requestOf(origin, token) {
  return new Request(`${origin}/access-token`, { method: 'POST', headers: { authorization: `Bearer ${token}` } });
}

/** Starts the token server with the lines of a recipe, and nothing else but the store and the key. */
async function startServer(name, hasKey, more = {}) {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  const env = { ...process.env, NEXCONN_PORT: String(port), NEXCONN_STORE: 'memory', ...more };
  if (!hasKey) delete env.NEXCONN_USER_ID_KEY;
  const args = [`--env-file=providers/${name}.env`, '--import=./fake/fake-fetch.js', bin];
  const server = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  process.once('exit', () => server.kill());
  let log = '';
  for (const stream of [server.stdout, server.stderr]) stream.on('data', (text) => (log += text));
  const url = `http://127.0.0.1:${port}`;
  while (!(await fetch(`${url}/healthz`).catch(() => undefined))) {
    assert.equal(server.exitCode, null, log);
    await setTimeout(50);
  }
  return { ask: (token) => fetch(requestOf(url, token)), kill: () => server.kill(), log: () => log };
}

/** The certificates that Google publishes are no JWK set: nobody is let in, and the log says why. */
async function checkCertificates() {
  const [{ good }] = providers;
  const url = 'https://www.googleapis.com/robot/v1/metadata/x509/securetoken@system.gserviceaccount.com';
  const server = await startServer('firebase', false, { NEXCONN_JWKS_URL: url });
  assert.equal((await server.ask(good['an ID token'])).status, 503);
  while (!/no JWK set/.test(server.log())) await setTimeout(50);
  server.kill();
}

/** Without the key an ID that the API does not publish is refused here, not sent. */
async function checkKeyIsNeeded() {
  for (const { name, userId, good } of providers.filter(({ userId }) => userId.isOpaque)) {
    const server = await startServer(name, false);
    const response = await server.ask(Object.values(good)[0]);
    assert.equal(response.status, 500, `${name}: ${userId.raw} needs a key`);
    server.kill();
  }
}
