// Asks the app and the router for a good user and a bad one, with the settings of a mock around it.
import { strict as assert } from 'node:assert';
import { app } from './dist/app.js';
import { router } from './dist/router.js';

const good = { userId: 'jlk456j5', name: 'Ada' };
const bad = { userId: 'demo user', name: 'A'.repeat(65) };
const reasons = [
  'userId has a character outside [A-Za-z0-9]; only those are allowed.',
  'name is 65 characters long; at most 64 are allowed.',
];

const registered = await post(good);
assert.equal(registered.status, 201);
assert.deepEqual(await registered.json(), { userId: 'jlk456j5' });
const refused = await post(bad);
assert.equal(refused.status, 400);
const { error } = await refused.json();
assert.deepEqual(
  error.map(({ message }) => message),
  reasons,
);
assert.deepEqual(
  error.map(({ path }) => path),
  [['userId'], ['name']],
);

const caller = router.createCaller({});
assert.equal((await caller.register(good)).userId, 'jlk456j5');
await assert.rejects(caller.register(bad), (thrown) => {
  assert.equal(thrown.code, 'BAD_REQUEST');
  assert.deepEqual(
    thrown.cause.issues.map(({ message }) => message),
    reasons,
  );
  return true;
});

function post(body) {
  const headers = { 'content-type': 'application/json' };
  return app.request('/users', { method: 'POST', headers, body: JSON.stringify(body) });
}
