// Runs the function in workerd, with the settings of a mock around it, and looks at what it answers; then once more with the
// same database, as another isolate has it.
import { strict as assert } from 'node:assert';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Miniflare } from 'miniflare';

const { NEXCONN_APP_KEY, NEXCONN_APP_SECRET, NEXCONN_BASE_URL } = process.env;
const folder = await mkdtemp(join(tmpdir(), 'd1-'));
try {
  assert.deepEqual(await askIsolate(), await askIsolate());
} finally {
  await rm(folder, { recursive: true });
}

/** Resolves to the token of whoever is logged in, which is the same however many ask at once. */
async function askIsolate() {
  const worker = new Miniflare({
    modules: true,
    scriptPath: 'dist/worker.js',
    compatibilityDate: '2026-01-01',
    compatibilityFlags: ['nodejs_compat'],
    bindings: { NEXCONN_APP_KEY, NEXCONN_APP_SECRET, NEXCONN_BASE_URL },
    d1Databases: ['DB'],
    d1Persist: folder,
  });
  const ask = (cookie) => worker.dispatchFetch('http://app.test/access-token', { method: 'POST', headers: { cookie } });
  try {
    assert.equal((await ask('session=nobody')).status, 401);
    const answers = await Promise.all([1, 2, 3, 4].map(() => ask('session=a1b2')));
    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 200, 200, 200],
    );
    const [token, ...others] = await Promise.all(answers.map((answer) => answer.json()));
    assert.equal(token.userId, 'jlk456j5');
    for (const other of others) assert.deepEqual(other, token);
    return token;
  } finally {
    await worker.dispose();
  }
}
