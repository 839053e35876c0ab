// Serves stored tokens over HTTP from the store that it is told, or an answer of the same size out of nothing.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createNexconnClient } from '@nexconn-kit/client';
import { createTokenHandler, createTokenService } from '@nexconn-kit/token-service';
import { toNodeListener } from '@nexconn-kit/token-service/node';
import { createPostgresStore } from '@nexconn-kit/token-service/postgres';
import { createRedisStore } from '@nexconn-kit/token-service/redis';
import { createSqliteStore } from '@nexconn-kit/token-service/sqlite';
import { Pool } from 'pg';
import { createClient } from 'redis';

/** What it serves from: the URL of a Redis or a PostgreSQL, the path of a SQLite file, or nothing. */
const [place = '', users = '0', baseUrl = '', appKey = '', appSecret = ''] = process.argv.slice(2);
const accessToken = 'a'.repeat(96);

async function openStore() {
  if (place.startsWith('redis:')) return createRedisStore(await createClient({ url: place }).connect());
  if (place.startsWith('postgres:')) return createPostgresStore(new Pool({ connectionString: place }));
  return createSqliteStore(place);
}

async function fill(store, client) {
  const { inForce: secretId } = await client.appSecrets.ids();
  await store.setCurrentSecret(secretId, { expected: undefined });
  const token = { name: 'Ada', avatarUrl: '', accessToken, secretId, issuedAt: Date.now() };
  for (let user = 0; user < Number(users); user += 100) {
    const batch = Array.from({ length: 100 }, (_, index) => ({ ...token, userId: `u${user + index}x` }));
    await Promise.all(batch.map((each) => store.write(each, '')));
  }
}

async function makeHandler() {
  const client = createNexconnClient({ appKey, appSecret, baseUrl });
  const store = await openStore();
  await fill(store, client);
  const authenticate = ({ headers }) => {
    const userId = headers.get('authorization');
    return userId === null ? undefined : { userId, name: 'Ada' };
  };
  // The load asks more often than any user does.
  return createTokenHandler(createTokenService({ client, store }), { authenticate, requestsPerMinute: 1_000_000_000 });
}

function makeBareHandler() {
  const body = JSON.stringify({ userId: 'u12345x', accessToken, expiresInSeconds: null });
  return async () => new Response(body, { headers: { 'Content-Type': 'application/json; charset=utf-8' } });
}

const handler = place === '' ? makeBareHandler() : await makeHandler();
const server = createServer(toNodeListener(handler)).listen(0, '127.0.0.1');
await once(server, 'listening');
process.on('disconnect', () => process.exit());
process.send?.({ port: server.address().port });
