// Runs the built worker in workerd, with the settings of a mock around it, and looks at what its token endpoint answers.
import { strict as assert } from 'node:assert';
import { Miniflare } from 'miniflare';

const { NEXCONN_APP_KEY, NEXCONN_APP_SECRET, NEXCONN_BASE_URL } = process.env;
const worker = new Miniflare({
  modules: true,
  scriptPath: 'dist/worker.js',
  compatibilityDate: '2026-01-01',
  compatibilityFlags: ['nodejs_compat'],
  bindings: { NEXCONN_APP_KEY, NEXCONN_APP_SECRET, NEXCONN_BASE_URL },
});
const ask = (cookie) => worker.dispatchFetch('http://app.test/access-token', { method: 'POST', headers: { cookie } });
try {
  assert.equal((await ask('session=nobody')).status, 401);
  const first = await ask('session=a1b2');
  assert.equal(first.status, 200);
  const token = await first.json();
  assert.equal(token.userId, 'jlk456j5');
  assert.deepEqual(await (await ask('session=a1b2')).json(), token);
} finally {
  await worker.dispose();
}
