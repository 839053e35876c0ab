// Logs users in, as it is asked to, with a token service over a SQLite file; the room for that file is taken from outside.
import { createNexconnClient } from '@nexconn-kit/client';
import { createTokenService } from '@nexconn-kit/token-service';
import { createSqliteStore } from '@nexconn-kit/token-service/sqlite';
import { patient } from '../../support/patient.js';

const [baseUrl = '', appKey = '', appSecret = '', file = ''] = process.argv.slice(2);
const client = createNexconnClient({ appKey, appSecret, baseUrl, rateLimit: false, ...patient });
const store = await createSqliteStore(file);
let unkept: string[] = [];
const tokens = createTokenService({
  client,
  store,
  onEvent: (event) => {
    if (event.type === 'store-failed') unkept.push(event.userId);
  },
});

async function logIn(users: readonly string[]) {
  unkept = [];
  const handed: Record<string, string> = {};
  for (const userId of users) handed[userId] = (await tokens.get({ userId, name: 'A' })).accessToken;
  return { handed, unkept };
}

process.on('message', (users: string[]) => void logIn(users).then((result) => process.send?.(result)));
process.on('disconnect', () => void store.close().then(() => process.exit()));
process.send?.('ready');
